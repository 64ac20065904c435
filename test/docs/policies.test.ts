import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { POLICIES } from '../../src/acquisition/index.ts';
import { ROOT } from '../support/balpm.ts';

const PAGES = ['drawing-policies', 'batch-entropy', 'other-policies'];
const text = PAGES.map((name) => readFileSync(join(ROOT, `docs/explanation/${name}.md`), 'utf8')).join('\n');

test('the pages of the policies explain every policy once', () => {
  const rules = [...text.matchAll(/^\| `([a-z-]+)` \| [^|]+ \|$/gm)].map(([, name = '']) => name);
  const names = new Set(POLICIES.map(({ name }) => name));
  expect(rules.filter((name) => names.has(name)).toSorted()).toEqual([...names].toSorted());
});

test('the pages of the policies name every option of every policy', () => {
  const options = POLICIES.flatMap(({ options: { shape } }) => Object.keys(shape));
  expect(options.filter((option) => !text.includes(`\`${option}\``))).toEqual([]);
});
