import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isResultThere, workFolderOf } from '../../../src/features/extraction/work-folder.ts';
import { makeScratch } from '../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

test('workFolderOf() gives a folder beside the result whose name tells which one', () => {
  expect(workFolderOf('/stores/7b', 'extract')).toBe('/stores/.7b.extract');
  expect(workFolderOf('/stores/7b/', 'import')).toBe('/stores/.7b.import');
  expect(workFolderOf('7b', 'extract')).toBe(join(process.cwd(), '.7b.extract'));
});

test('isResultThere() knows a store, a folder of stores, and neither an empty nor a foreign directory', () => {
  const at = (name: string): string => join(scratch.path, name);
  for (const name of ['store', 'kinds/mean', 'empty', 'foreign/sub']) mkdirSync(at(name), { recursive: true });
  for (const name of ['store', 'kinds/mean']) writeFileSync(join(at(name), 'manifest.json'), '{}');
  writeFileSync(at('foreign/notes'), '');
  const names = ['store', 'kinds', 'empty', 'foreign', 'missing'];
  expect(names.filter((name) => isResultThere(at(name)))).toEqual(['store', 'kinds']);
});
