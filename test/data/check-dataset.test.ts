import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashOf, sha256 } from '../../src/base/text/canonical-json.ts';
import { checkDataset } from '../../src/data/check-dataset.ts';
import type { DatasetManifest } from '../../src/data/dataset-format.ts';
import { importDataset } from '../../src/data/import/import-dataset.ts';
import { importOptions, linesOf, pairRow, type Row, temporaryDirectory, writeRows } from './fixtures.ts';

async function datasetOf(rows: readonly Row[], options: Parameters<typeof importOptions>[0] = {}): Promise<string> {
  const directory = temporaryDirectory();
  const source = writeRows(join(directory, 'pairs.jsonl'), rows);
  await importDataset(importOptions({ source, ...options }), join(directory, 'dataset'));
  return join(directory, 'dataset');
}

const simple = (): Promise<string> => datasetOf([pairRow('x1', { split: 'train' }), pairRow('x2', { split: 'test' })]);

async function notesOf(path: string): Promise<string[]> {
  const notes: string[] = [];
  for await (const { kind, text } of checkDataset(path)) if (kind === 'note') notes.push(text);
  return notes;
}

/** Rewrites one file line by line and makes the manifest agree, so that only the structure is wrong. */
function forge(
  path: string,
  file: 'prompts.jsonl' | 'responses.jsonl' | 'items.jsonl',
  change: (lines: Row[]) => Row[],
): void {
  const text = change(linesOf(path, file))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
  writeFileSync(join(path, file), text);
  const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as DatasetManifest;
  const files = { ...manifest.files, [file]: { sha256: sha256(text), bytes: text.length } };
  const hash = hashOf({
    items: files['items.jsonl'].sha256,
    prompts: files['prompts.jsonl'].sha256,
    responses: files['responses.jsonl'].sha256,
  });
  writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, files, hash }));
}

describe('checkDataset()', () => {
  test('finds an imported dataset right', async () => {
    const findings = [];
    for await (const finding of checkDataset(await simple())) findings.push(finding);
    expect(findings.filter(({ kind }) => kind === 'right')).toHaveLength(5);
  });

  test.each([
    [
      'a changed byte in any file',
      (path: string) => appendFileSync(join(path, 'responses.jsonl'), ' '),
      ['responses.jsonl', 'SHA-256'],
    ],
    [
      'a prompt that stands twice',
      (path: string) => forge(path, 'prompts.jsonl', ([first]) => [first as Row, first as Row]),
      ['prompts.jsonl', 'line 2', 'once'],
    ],
    [
      'a missing prompt',
      (path: string) => forge(path, 'prompts.jsonl', (lines) => lines.slice(1)),
      ['prompts.jsonl', 'has 1 lines', 'expected 2, as in the manifest'],
    ],
    [
      'a response of no prompt',
      (path: string) => forge(path, 'responses.jsonl', (lines) => lines.map((line) => ({ ...line, prompt: 7 }))),
      ['responses.jsonl', 'line 1', 'prompt 7'],
    ],
    [
      'an answer to another prompt',
      (path: string) => forge(path, 'items.jsonl', (lines) => lines.map((line) => ({ ...line, a: 0 }))),
      ["item 'x2'", 'response is to prompt 0', 'prompt 1'],
    ],
    [
      'an id that stands twice',
      (path: string) => forge(path, 'items.jsonl', (lines) => lines.map((line) => ({ ...line, id: 'x1' }))),
      ["item 'x1' of split 'test'", 'is not unique'],
    ],
  ])('refuses %s', async (_, spoil, says) => {
    const path = await simple();
    spoil(path);
    const failure = (await notesOf(path).catch((error: unknown) => error)) as Error & { exitStatus: number };
    expect(failure.exitStatus, failure.message).toBe(4);
    for (const part of says) expect(failure.message).toContain(part);
  });

  test('notes prompts that test shares with train, pairs that come twice and equal answers', async () => {
    const same = { prompt: 'P', response_a: 'X', response_b: 'Y' };
    const path = await datasetOf([
      pairRow('x1', { ...same, split: 'train' }),
      pairRow('x2', { ...same, response_a: 'Y', response_b: 'X', split: 'test' }),
      pairRow('x3', { split: 'test' }),
      pairRow('x4', { prompt: 'P', response_a: 'Z', response_b: 'Z', split: 'train' }),
      pairRow('x5', { ...same, split: 'train' }),
    ]);
    expect(await notesOf(path)).toEqual([
      'pairs in two splits: 1',
      'pairs repeated in one split: 1',
      'pairs with two equal responses: 1',
      "prompts of 'test' that are also in 'train': 1 of 2",
      'side a is preferred in 100.0 % of 5 labels',
    ]);
  });

  test('notes sides that give labels away', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => pairRow(`x${index}`));
    const notes = await notesOf(await datasetOf(rows, { split: 'train', shuffleSides: 'never' }));
    expect(notes.at(-1)).toContain('reveals the label');
  });
});
