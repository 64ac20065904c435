import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingOf } from '../../bench/finding/blocks.ts';
import { REGISTERED_WORLDS } from '../../bench/finding/registered-worlds.ts';
import { worldsShown } from '../../bench/finding/worlds-shown.ts';
import { BENCH_TABLES } from '../../bench/policies/tables.ts';
import { findBlock } from '../../tools/generate/find-block.ts';
import { replaceBlock } from '../../tools/generate/replace-block.ts';
import { ROOT } from '../support/balpm.ts';

const docs = join(ROOT, 'docs/explanation');
const PAGES = ['policies.md', 'posterior.md', 'beta.md', 'acquisition.md'];
const textOf = (page: string): string => readFileSync(join(docs, page), 'utf8');
const pictures = PAGES.flatMap((page) =>
  [...textOf(page).matchAll(/^!\[[^\]]*\]\(([^)]+)\)$/gm)].map(([, path]) => path!),
);

test('the pages of the finding have a place for everything that is generated, and for nothing else', async () => {
  const { blocks } = await findingOf([], []);
  const generated = [...blocks, ...BENCH_TABLES.map(({ page, name }) => ({ page, name }))];
  for (const { page, name } of generated) expect(() => replaceBlock(textOf(page), name, '', page)).not.toThrow();
  const marked = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/<!-- generated: (\S+) -->/g)].map(([, name]) => `${page} ${name}`),
  );
  expect(marked.toSorted()).toEqual(generated.map(({ page, name }) => `${page} ${name}`).toSorted());
});

test.each([
  ['policies.md', ['finding', 'runs', 'comparison', 'curves', 'uncertainty', 'picks']],
  ['posterior.md', ['posteriors']],
])('%s shows every registered world', (page, names) => {
  const shown = names.map((name) => [name, worldsShown(findBlock(textOf(page), name, page).content)]);
  expect(shown).toEqual(names.map((name) => [name, REGISTERED_WORLDS]));
});

test('the pages of the finding show pictures that are there, and every picture is shown', () => {
  expect(pictures.filter((path) => !existsSync(join(docs, path)))).toEqual([]);
  const there = readdirSync(join(docs, 'figures')).map((name) => `figures/${name}`);
  expect(pictures.toSorted()).toEqual(there.toSorted());
});

test('pictures of the documentation are small and have no script', () => {
  for (const path of pictures) {
    expect(statSync(join(docs, path)).size).toBeLessThan(60_000);
    expect(textOf(path)).not.toMatch(/<script|NaN/);
  }
});
