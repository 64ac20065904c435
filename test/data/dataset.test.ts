import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hashOf, sha256 } from '../../src/base/text/canonical-json.ts';
import { readDataset } from '../../src/data/dataset.ts';
import type { DatasetManifest } from '../../src/data/dataset-format.ts';
import { importDataset } from '../../src/data/import/import-dataset.ts';
import { readLabels } from '../../src/data/read-labels.ts';
import { readTexts } from '../../src/data/read-texts.ts';
import { importOptions, linesOf, type Row, temporaryDirectory, writeRows } from './fixtures.ts';

const ROWS: readonly Row[] = [
  { id: 'one', split: 'train', prompt: 'P', response_a: 'X', response_b: 'Y', preferred: 'b' },
  { id: 'two', split: 'test', prompt: 'Q', response_a: 'X', response_b: 'Z', preferred: null },
  { id: 'three', split: 'test', prompt: 'P', response_a: 'Y', response_b: 'Z', preferred: 'a' },
];
let original: string;

beforeAll(async () => {
  const directory = temporaryDirectory();
  original = join(directory, 'dataset');
  const source = writeRows(join(directory, 'pairs.jsonl'), ROWS);
  await importDataset(importOptions({ source, unlabelled: ['test'] }), original);
});

/** A copy of the dataset that a test may spoil. */
function copy(): string {
  const path = join(temporaryDirectory(), 'copy');
  cpSync(original, path, { recursive: true });
  return path;
}

/** Replaces a file and makes the manifest agree, so that only the content is wrong. */
function forge(path: string, file: keyof DatasetManifest['files'], lines: readonly object[]): void {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(join(path, file), text);
  changeManifest(path, (manifest) => {
    const files = { ...manifest.files, [file]: { sha256: sha256(text), bytes: text.length } };
    const [items, prompts, responses] = (['items', 'prompts', 'responses'] as const).map(
      (name) => files[`${name}.jsonl`].sha256,
    );
    return {
      ...manifest,
      files,
      hash: hashOf({ items, prompts, responses }),
      labelsHash: files['labels.jsonl'].sha256,
    };
  });
}

function changeManifest(path: string, change: (manifest: DatasetManifest) => object): void {
  const file = join(path, 'manifest.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as DatasetManifest)));
}

describe('readDataset()', () => {
  test('reads ids and rows of each split in order', async () => {
    const { splits, manifest } = await readDataset(original);
    expect([...splits.keys()]).toEqual(['train', 'test']);
    expect(splits.get('test')).toEqual({
      name: 'test',
      ids: ['two', 'three'],
      prompts: Int32Array.of(1, 0),
      a: Int32Array.of(2, 1),
      b: Int32Array.of(3, 4),
    });
    expect(manifest.counts).toEqual({ items: 3, prompts: 2, responses: 5 });
  });

  test('does not open texts and labels', async () => {
    const path = copy();
    for (const file of ['prompts.jsonl', 'responses.jsonl', 'labels.jsonl']) rmSync(join(path, file));
    expect((await readDataset(path)).splits.size).toBe(2);
  });

  test.each([
    [
      'a directory that is not there',
      (path: string) => rmSync(path, { recursive: true }),
      ['manifest.json', 'no such file'],
    ],
    [
      'a manifest that is not JSON',
      (path: string) => writeFileSync(join(path, 'manifest.json'), '{'),
      ['manifest.json', 'not JSON'],
    ],
    [
      'a manifest of something else',
      (path: string) => changeManifest(path, (manifest) => ({ ...manifest, kind: 'balpm-features' })),
      ["field 'kind'"],
    ],
    [
      'a manifest of a later version',
      (path: string) => changeManifest(path, (manifest) => ({ ...manifest, schemaVersion: 2 })),
      ["field 'schemaVersion'"],
    ],
    [
      'a manifest with another hash',
      (path: string) => changeManifest(path, (manifest) => ({ ...manifest, hash: sha256('x') })),
      ['its hash'],
    ],
    ['missing items', (path: string) => rmSync(join(path, 'items.jsonl')), ['items.jsonl', 'no such file']],
    ['changed items', (path: string) => appendFileSync(join(path, 'items.jsonl'), '\n'), ['items.jsonl', 'SHA-256']],
    [
      'an item of an unknown split',
      (path: string) => forge(path, 'items.jsonl', [{ id: 'x', split: 'ood', prompt: 0, a: 0, b: 1 }]),
      ['line 1', "split 'ood'"],
    ],
    [
      'a row that is not there',
      (path: string) => forge(path, 'items.jsonl', [{ id: 'x', split: 'train', prompt: 0, a: 0, b: 5 }]),
      ['line 1', '5 responses'],
    ],
    [
      'a line without a field',
      (path: string) => forge(path, 'items.jsonl', [{ id: 'x', split: 'train', prompt: 0, a: 0 }]),
      ['line 1', "field 'b'"],
    ],
    [
      'too few items',
      (path: string) => forge(path, 'items.jsonl', linesOf(path, 'items.jsonl').slice(0, 2)),
      ["split 'test' has 1 items", 'expected 2, as in the manifest'],
    ],
  ])('refuses %s', async (_, spoil, says) => {
    const path = copy();
    spoil(path);
    const failure = (await readDataset(path).catch((error: unknown) => error)) as Error & { exitStatus: number };
    expect(failure.exitStatus, failure.message).toBe(4);
    for (const part of says) expect(failure.message).toContain(part);
  });
});

type Refusal = [what: string, spoil: (path: string) => void, says: string[]];

describe('readLabels()', () => {
  test('aligns labels with ids: 1 for a, 0 for b, NaN for none', async () => {
    const labels = await readLabels(await readDataset(original));
    expect([...labels]).toEqual([
      ['train', { probabilities: Float64Array.of(0), weights: Float64Array.of(1) }],
      ['test', { probabilities: Float64Array.of(Number.NaN, 1), weights: Float64Array.of(1, 1) }],
    ]);
  });

  test('reads probabilities, ties and weights', async () => {
    const path = copy();
    forge(path, 'labels.jsonl', [
      { id: 'one', preferred: 'b', p: 0.25, weight: 2 },
      { id: 'two', preferred: 'tie' },
      { id: 'three', preferred: 'tie', p: 0.5, weight: 0.5, swapped: true },
    ]);
    expect([...(await readLabels(await readDataset(path)))]).toEqual([
      ['train', { probabilities: Float64Array.of(0.25), weights: Float64Array.of(2) }],
      ['test', { probabilities: Float64Array.of(0.5, 0.5), weights: Float64Array.of(1, 0.5) }],
    ]);
  });

  test.each<Refusal>([
    ['changed labels', (path: string) => appendFileSync(join(path, 'labels.jsonl'), ' '), ['labels.jsonl', 'SHA-256']],
    ['missing labels', (path: string) => rmSync(join(path, 'labels.jsonl')), ['labels.jsonl', 'no such file']],
    [
      'a label of an unknown item',
      (path: string) => forge(path, 'labels.jsonl', [{ id: 'four', preferred: 'a' }]),
      ['line 1', "'four'", 'is not an item'],
    ],
    [
      'two labels of one item',
      (path: string) =>
        forge(path, 'labels.jsonl', [
          { id: 'one', preferred: 'a' },
          { id: 'one', preferred: 'a' },
        ]),
      ['line 2', "'one'", 'already'],
    ],
    [
      'a label that is neither a nor b',
      (path: string) => forge(path, 'labels.jsonl', [{ id: 'one', preferred: 'c' }]),
      ['line 1', "field 'preferred'"],
    ],
    ...[{ p: 1.5 }, { p: -0.1 }, { p: '0.7' }, { p: null }, { p: 0.2 }].map(
      (wrong): Refusal => [
        `a label with ${JSON.stringify(wrong)}`,
        (path) => forge(path, 'labels.jsonl', [{ id: 'one', preferred: 'a', ...wrong }]),
        ['line 1', "field 'p'"],
      ],
    ),
    ...[0, -1, 'heavy', null].map(
      (weight): Refusal => [
        `a label of weight ${weight}`,
        (path) => forge(path, 'labels.jsonl', [{ id: 'one', preferred: 'a', weight }]),
        ['line 1', "field 'weight'"],
      ],
    ),
  ])('refuses %s', async (_, spoil, says) => {
    const path = copy();
    spoil(path);
    const failure = (await readLabels(await readDataset(path)).catch((error: unknown) => error)) as Error & {
      exitStatus: number;
    };
    expect(failure.exitStatus, failure.message).toBe(4);
    for (const part of says) expect(failure.message).toContain(part);
  });
});

describe('readTexts()', () => {
  test('gives the texts of the asked items in the asked order', async () => {
    const texts = await readTexts(await readDataset(original), ['three', 'one']);
    expect(texts).toEqual([
      { id: 'three', prompt: 'P', response_a: 'Y', response_b: 'Z' },
      { id: 'one', prompt: 'P', response_a: 'X', response_b: 'Y' },
    ]);
  });

  test('refuses an id that no item has', async () => {
    await expect(readTexts(await readDataset(original), ['four'])).rejects.toMatchObject({
      exitStatus: 4,
      message: expect.stringContaining("'four'"),
    });
  });

  test('refuses texts that changed', async () => {
    const path = copy();
    appendFileSync(join(path, 'responses.jsonl'), ' ');
    await expect(readTexts(await readDataset(path), ['one'])).rejects.toMatchObject({
      exitStatus: 4,
      message: expect.stringContaining('responses.jsonl'),
    });
  });
});
