import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { checkDataset } from '../../../../src/data/check-dataset.ts';
import { readDataset } from '../../../../src/data/dataset.ts';
import { readExamples } from '../../../../src/data/description/read-examples.ts';
import { renderExample } from '../../../../src/data/description/render-example.ts';
import { importDataset } from '../../../../src/data/import/import-dataset.ts';
import type { ImportOptions } from '../../../../src/data/import/import-options.ts';
import {
  importOptions,
  linesOf,
  NO_COLUMNS,
  pairRow,
  type Row,
  temporaryDirectory,
  writeRows,
} from '../../fixtures.ts';

const columns = (changed: Partial<ImportOptions['columns']>): Partial<ImportOptions> => ({
  columns: { ...NO_COLUMNS, ...changed },
});

async function importRows(rows: readonly Row[], options: Partial<ImportOptions> = {}) {
  const folder = temporaryDirectory();
  const source = writeRows(join(folder, 'train.jsonl'), rows);
  const path = join(folder, 'dataset');
  return { path, ...(await importDataset(importOptions({ source, split: 'train', ...options }), path)) };
}

const ROWS = [
  pairRow('soft', { p_a: 0.75, weight: 1 }),
  pairRow('sure', { p_a: 1 }),
  pairRow('side', { p_a: null, preferred: 'b' }),
  pairRow('alone', { p_a: 0.25, preferred: undefined }),
  pairRow('tied', { p_a: 0.5 }),
  pairRow('tie', { p_a: undefined, preferred: 'tie' }),
  pairRow('never', { p_a: 0, preferred: 'b', weight: 3 }),
];

describe('importDataset() of probabilities', () => {
  test('takes p_a by itself: hard labels are sides alone, ½ is a tie whatever the side says', async () => {
    const { path, labels, manifest } = await importRows(ROWS, { shuffleSides: 'never' });
    expect(linesOf(path, 'labels.jsonl')).toEqual([
      { id: 'soft', preferred: 'a', p: 0.75 },
      { id: 'sure', preferred: 'a' },
      { id: 'side', preferred: 'b' },
      { id: 'alone', preferred: 'b', p: 0.25 },
      { id: 'tied', preferred: 'tie', p: 0.5 },
      { id: 'tie', preferred: 'tie', p: 0.5 },
      { id: 'never', preferred: 'b', weight: 3 },
    ]);
    expect(labels).toEqual({ labelled: 7, sided: 5, preferredA: 2, soft: 4, ties: 2, weighted: 1 });
    expect(manifest.source['files']).toMatchObject([
      { columns: { answers: { probability: 'p_a' }, weight: 'weight' } },
    ]);
  });

  test('of sides that are drawn anew keep the better answer, its probability and its weight', async () => {
    const rows = Array.from({ length: 40 }, (_, index) =>
      pairRow(`x${index}`, { p_a: 0.8, weight: 2, response_a: `good ${index}` }),
    );
    const { path } = await importRows(rows, { shuffleSides: 'always' });
    const texts = linesOf(path, 'responses.jsonl').map(({ text }) => text as string);
    const items = new Map(linesOf(path, 'items.jsonl').map((item) => [item['id'], item]));
    const labels = linesOf(path, 'labels.jsonl');
    expect(new Set(labels.map(({ swapped }) => swapped))).toEqual(new Set([true, false]));
    for (const { id, preferred, p, weight, swapped } of labels) {
      expect(texts[items.get(id)?.[preferred as string] as number]).toMatch(/^good/);
      expect({ preferred, weight }).toEqual({ preferred: swapped ? 'b' : 'a', weight: 2 });
      expect(p).toBeCloseTo(swapped ? 0.2 : 0.8, 15);
    }
  });

  test('leaves files and manifest as they were without them, and with --no-probability --no-weight', async () => {
    const plain = [pairRow('x'), pairRow('y', { preferred: 'b' })];
    const without = await importRows(plain);
    const refused = await importRows(
      plain.map((row) => ({ ...row, p_a: 0.7, weight: 2 })),
      columns({ probability: false, weight: false }),
    );
    expect(linesOf(without.path, 'labels.jsonl')).toEqual([
      { id: 'x', preferred: 'a' },
      { id: 'y', preferred: 'b' },
    ]);
    expect(refused.manifest.labelsHash).toBe(without.manifest.labelsHash);
    expect(refused.manifest).toEqual(without.manifest);
    expect(without.manifest.source['files']).toMatchObject([
      { columns: { answers: { type: 'sides', a: 'response_a', b: 'response_b', preferred: 'preferred' } } },
    ]);
  });

  test('takes columns of other names, and needs no side', async () => {
    const rows = ['x', 'y'].map((id, index) =>
      pairRow(id, { preferred: undefined, score: index / 4, times: 1 + index }),
    );
    const { path } = await importRows(rows, {
      ...columns({ probability: 'score', weight: 'times' }),
      shuffleSides: 'never',
    });
    expect(linesOf(path, 'labels.jsonl')).toEqual([
      { id: 'x', preferred: 'b' },
      { id: 'y', preferred: 'b', p: 0.25, weight: 2 },
    ]);
  });

  test('weighs chosen answers where a column is named, and only then', async () => {
    const rows = [{ prompt: 'p', chosen: 'c', rejected: 'r', weight: 2 }];
    const named = await importRows(rows, columns({ weight: 'weight' }));
    expect(linesOf(named.path, 'labels.jsonl')).toMatchObject([{ weight: 2 }]);
    const unnamed = await importRows(rows);
    expect(linesOf(unnamed.path, 'labels.jsonl')[0]).not.toHaveProperty('weight');
  });

  test('reads Parquet, whose whole numbers are another type', async () => {
    const folder = temporaryDirectory();
    const filename = join(folder, 'train.parquet');
    parquetWriteFile({
      filename,
      columnData: [
        { name: 'prompt', data: ['p', 'q'] },
        { name: 'response_a', data: ['1', '2'] },
        { name: 'response_b', data: ['3', '4'] },
        { name: 'p_a', data: [0.125, 0.5], type: 'DOUBLE' },
        { name: 'weight', data: [1n, 4n], type: 'INT64' },
      ],
    });
    const path = join(folder, 'dataset');
    await importDataset(importOptions({ source: filename, split: 'train', shuffleSides: 'never' }), path);
    expect(linesOf(path, 'labels.jsonl')).toEqual([
      { id: 'train-1', preferred: 'b', p: 0.125 },
      { id: 'train-2', preferred: 'tie', p: 0.5, weight: 4 },
    ]);
  });

  test('is told by check and show', async () => {
    const { path } = await importRows(ROWS, { shuffleSides: 'never' });
    const notes = [];
    for await (const { kind, text } of checkDataset(path)) if (kind === 'note') notes.push(text);
    expect(notes).toEqual([
      'side a is preferred in 40.0 % of 5 labels',
      '4 of 7 labels are soft (probabilities), 2 of them ties',
      '1 of 7 labels have a weight other than 1',
    ]);
    const examples = await readExamples(await readDataset(path), 'train', 7);
    expect(examples.map((example) => renderExample(example)[1])).toEqual([
      'soft (a with probability 0.75)',
      'sure',
      'side',
      'alone (a with probability 0.25)',
      'tied (a tie)',
      'tie (a tie)',
      'never (weight 3)',
    ]);
  });
});

describe('importDataset() refuses, naming file, line and field,', () => {
  const wrong: readonly (readonly [string, Row, readonly string[]])[] = [
    ['a probability above 1', { p_a: 1.01 }, ["field 'p_a' is the number 1.01; expected a probability from 0 to 1"]],
    ['one below 0', { p_a: -0.1 }, ["field 'p_a' is the number -0.1"]],
    ['one written as text', { p_a: '0.7' }, ["field 'p_a' is '0.7'"]],
    ['a side in its place', { p_a: 'a' }, ["field 'p_a' is 'a'"]],
    ['one that is true', { p_a: true }, ["field 'p_a' is true"]],
    ['a probability of b beside a', { p_a: 0.2 }, ["field 'p_a' is 0.2 where field 'preferred' is 'a'"]],
    [
      'a probability of a beside b',
      { p_a: 0.7, preferred: 'b' },
      ["field 'p_a' is 0.7 where field 'preferred' is 'b'"],
    ],
    ['a probability beside a tie', { p_a: 0.7, preferred: 'tie' }, ["where field 'preferred' is 'tie'"]],
    ['neither', { p_a: null, preferred: null }, ["field 'preferred' is missing"]],
    [
      'a weight of 0',
      { p_a: 0.7, weight: 0 },
      ["field 'weight' is the number 0; expected a finite weight above 0 (or --no-weight)"],
    ],
    ['a negative weight', { p_a: 0.7, weight: -2 }, ["field 'weight' is the number -2"]],
    ['a weight of text', { p_a: 0.7, weight: '2' }, ["field 'weight' is '2'"]],
  ];
  test.each(wrong)('%s', async (_what, fields, says) => {
    const rows = [pairRow('x', { p_a: 0.7, weight: 1 }), pairRow('y', fields)];
    const failure = (await importRows(rows).catch((error: unknown) => error)) as Error & { exitStatus: number };
    expect(failure.exitStatus, failure.message).toBe(4);
    for (const part of ["train.jsonl' line 2", ...says]) expect(failure.message).toContain(part);
  });

  test.each([{ p_a: 0.7 }, { weight: 2 }])('%o where the first record has none', async (fields) => {
    const [column] = Object.keys(fields);
    await expect(importRows([pairRow('x'), pairRow('y', fields)])).rejects.toThrow(
      new RegExp(
        `line 2: field '${column}' is present but missing on the first line; expected it there too \\(or --no-`,
      ),
    );
  });

  test('NaN of Parquet, and a probability of chosen answers', async () => {
    const folder = temporaryDirectory();
    const filename = join(folder, 'train.parquet');
    const texts = ['prompt', 'response_a', 'response_b'].map((name) => ({ name, data: [`${name} text`] }));
    parquetWriteFile({ filename, columnData: [...texts, { name: 'p_a', data: [Number.NaN], type: 'DOUBLE' }] });
    await expect(
      importDataset(importOptions({ source: filename, split: 'train' }), join(folder, 'dataset')),
    ).rejects.toThrow(/row 1: field 'p_a' is the number NaN; expected a probability from 0 to 1/);
    const ranked = [{ prompt: 'p', chosen: 'c', rejected: 'r', p_a: 0.7 }];
    await expect(importRows(ranked, columns({ probability: 'p_a' }))).rejects.toThrow(
      /column 'p_a' \(--probability\) is that of response a, but the responses are chosen and rejected/,
    );
  });
});
