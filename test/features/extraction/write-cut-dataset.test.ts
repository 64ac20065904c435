import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkDataset } from '../../../src/data/check-dataset.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { importDataset } from '../../../src/data/import/import-dataset.ts';
import { writeCutDataset } from '../../../src/features/extraction/write-cut-dataset.ts';
import { importOptions, linesOf, pairRow, temporaryDirectory, writeRows } from '../../data/fixtures.ts';

const folder = temporaryDirectory();
const source = join(folder, 'source');
const ROWS = [
  pairRow('one', { prompt: 'same 🙂 start', split: 'train', p_a: 0.5, weight: 1 }),
  pairRow('two', { prompt: 'same 🙂 start', response_a: 'other', split: 'train', p_a: 0.7, weight: 2 }),
  pairRow('three', { prompt: 'same 🙂 begin', preferred: 'b', split: 'test' }),
  pairRow('four', { prompt: 'same 🙂 start', response_a: 'first of one', response_b: 'second of one', split: 'test' }),
];

beforeAll(async () => {
  const file = writeRows(join(folder, 'rows.jsonl'), ROWS);
  await importDataset(importOptions({ source: file, shuffleSides: 'always' }), source, new AbortController().signal);
});

async function cut(name: string, kept: readonly number[]): Promise<string> {
  const out = join(folder, name);
  mkdirSync(out);
  const described = { name, source: { type: 'cut' }, kept: Int32Array.from(kept) };
  await writeCutDataset(out, await readDataset(source), described);
  return out;
}

const textsOf = (out: string, file: string): unknown[] => linesOf(out, file).map(({ text }) => text);

test('writeCutDataset() gives a prompt a row for every cut it has', async () => {
  const out = await cut('rows', [7, 9, 7, 7]);
  // The third prompt became equal to the first, yet is another one.
  expect(textsOf(out, 'prompts.jsonl')).toEqual(['same 🙂', 'same 🙂 s', 'same 🙂']);
  expect(textsOf(out, 'prompts-alone.jsonl')).toEqual([
    'same 🙂same 🙂 start',
    'same 🙂 ssame 🙂 start',
    'same 🙂same 🙂 begin',
  ]);
  expect(linesOf(out, 'items.jsonl').map(({ prompt }) => prompt)).toEqual([0, 1, 2, 0]);
});

test('writeCutDataset() makes an answer once for each prompt it stands after', async () => {
  const out = await cut('answers', [7, 9, 7, 7]);
  const [first, , , fourth] = linesOf(out, 'items.jsonl');
  expect(new Set([fourth?.['a'], fourth?.['b']])).toEqual(new Set([first?.['a'], first?.['b']]));
  expect(linesOf(out, 'responses.jsonl')).toHaveLength(6);
});

test('writeCutDataset() keeps ids, splits, sides and labels', async () => {
  const out = await cut('labels', [1, 1, 1, 1]);
  const facts = (dataset: string) => linesOf(dataset, 'items.jsonl').map(({ id, split }) => [id, split]);
  expect(facts(out)).toEqual(facts(source));
  expect(readFileSync(join(out, 'labels.jsonl'))).toEqual(readFileSync(join(source, 'labels.jsonl')));
});

test('writeCutDataset() writes a dataset that a check finds whole', async () => {
  const found = [];
  for await (const { kind, text } of checkDataset(await cut('checked', [7, 9, 7, 7])))
    if (kind === 'right') found.push(text);
  expect(found).toContain('3 prompts, cut');
});

test('writeCutDataset() refuses a source whose texts changed', async () => {
  const file = join(source, 'responses.jsonl');
  const bytes = readFileSync(file);
  writeFileSync(file, `${bytes.toString()}\n`);
  await expect(cut('changed', [1, 1, 1, 1])).rejects.toThrow(
    /responses.jsonl': its SHA-256 does not match the manifest/,
  );
  writeFileSync(file, bytes);
});
