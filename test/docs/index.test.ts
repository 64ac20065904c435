import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/balpm.ts';

const docs = join(ROOT, 'docs');
const linked = [...readFileSync(join(docs, 'README.md'), 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(
  ([, path]) => path ?? '',
);

test('docs/README.md leads to every page of the documentation', () => {
  const pages = readdirSync(docs).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(linked).toEqual(expect.arrayContaining(pages));
});

test('docs/README.md leads to pages that are there', () => {
  expect(linked.filter((path) => !existsSync(join(docs, path)))).toEqual([]);
});
