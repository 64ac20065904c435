import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { docsPages } from '../../tools/generate/docs-pages.ts';
import { ROOT } from '../support/balpm.ts';

test.each(Object.entries(docsPages()))('npm run generate would leave %s as it is', (path, content) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(content);
});
