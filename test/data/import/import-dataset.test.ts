import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { importDataset } from '../../../src/data/import/import-dataset.ts';
import type { ImportOptions } from '../../../src/data/import/import-options.ts';
import { sharedDirectory } from '../../support/balpm.ts';
import {
  importOptions,
  linesOf,
  NO_COLUMNS,
  namesIn,
  pairRow,
  type Row,
  temporaryDirectory,
  writeRows,
  writeSource,
} from '../fixtures.ts';
import { readSafetensorsTensor } from './read-safetensors-tensor.ts';

const FILES = ['prompts.jsonl', 'responses.jsonl', 'items.jsonl', 'labels.jsonl'] as const;

/** Imports `source` into a fresh directory and gives back its path and result. */
async function importInto(
  options: Partial<ImportOptions>,
): Promise<{ path: string } & Awaited<ReturnType<typeof importDataset>>> {
  const path = join(temporaryDirectory(), 'dataset');
  return { path, ...(await importDataset(importOptions(options), path)) };
}

const importRows = (rows: readonly Row[], options: Partial<ImportOptions> = {}): ReturnType<typeof importInto> =>
  importInto({ source: writeRows(join(temporaryDirectory(), 'pairs.jsonl'), rows), split: 'train', ...options });

const bytesOf = (path: string, file: string): string => readFileSync(join(path, file), 'utf8');

const manyRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) =>
    pairRow(`x${index}`, { preferred: index % 2 === 0 ? 'a' : 'b', prompt: `p${index % 7}` }),
  );

const withoutId = (row: Row): Row => ({ ...row, id: undefined });

describe('importDataset()', () => {
  test('writes unique texts in order of first appearance, a before b', async () => {
    const { path, manifest } = await importRows([
      { id: 'one', prompt: 'P', response_a: 'X', response_b: 'Y', preferred: 'b', ignored: 3 },
      { id: 'two', prompt: 'Q', response_a: 'X', response_b: 'Z', preferred: 'a' },
      { id: 'three', prompt: 'P', response_a: 'Y', response_b: 'Z', preferred: 'a' },
    ]);
    expect(linesOf(path, 'prompts.jsonl')).toEqual([{ text: 'P' }, { text: 'Q' }]);
    expect(linesOf(path, 'responses.jsonl')).toEqual([
      { prompt: 0, text: 'X' },
      { prompt: 0, text: 'Y' },
      { prompt: 1, text: 'X' },
      { prompt: 1, text: 'Z' },
      { prompt: 0, text: 'Z' },
    ]);
    expect(linesOf(path, 'items.jsonl')[2]).toEqual({ id: 'three', split: 'train', prompt: 0, a: 1, b: 4 });
    expect(linesOf(path, 'labels.jsonl')[0]).toEqual({ id: 'one', preferred: 'b' });
    expect(manifest.counts).toEqual({ items: 3, prompts: 2, responses: 5 });
    expect(namesIn(path)).toEqual([...FILES, 'manifest.json'].toSorted());
  });

  test('orders splits train, validation, test, ood, then by name, whatever the order of the source', async () => {
    const splits = ['zeta', 'ood', 'alpha', 'test', 'train', 'validation'];
    const { manifest, path } = await importRows(
      splits.map((split, index) => pairRow(`x${index}`, { split })),
      { split: null },
    );
    const order = ['train', 'validation', 'test', 'ood', 'alpha', 'zeta'];
    expect(manifest.splits.map(({ name }) => name)).toEqual(order);
    expect(linesOf(path, 'items.jsonl').map(({ split }) => split)).toEqual(order);
  });

  test('gives one dataset for a split column, a file a split, --file, gzip and Parquet', async () => {
    const rows = manyRows(40).map((row, index): Row => ({ ...row, split: index < 25 ? 'train' : 'test' }));
    const part = (name: string): Row[] => rows.filter(({ split }) => split === name);
    const directory = temporaryDirectory();
    const place = (name: string): string => join(directory, name);
    mkdirSync(place('folder'));
    writeRows(place('folder/train.jsonl.gz'), part('train'));
    writeRows(place('folder/test.jsonl'), part('test'));
    writeSource(place('folder/README.md'), 'not data');
    writeParquet(place('all.parquet'), rows, 10);
    const imports = await Promise.all([
      importInto({ source: writeRows(place('all.jsonl'), rows) }),
      importInto({ source: place('folder') }),
      importInto({ files: [`test=${place('folder/test.jsonl')}`, `train=${place('folder/train.jsonl.gz')}`] }),
      importInto({ source: place('all.parquet') }),
    ]);
    for (const { path, manifest } of imports) {
      expect(manifest.hash).toBe(imports[0].manifest.hash);
      for (const file of FILES) expect(bytesOf(path, file)).toBe(bytesOf(imports[0].path, file));
    }
  });

  test('joins the shards of a split in order', async () => {
    const source = temporaryDirectory();
    const rows = manyRows(9).map(withoutId);
    writeParquet(join(source, 'train-00001-of-00002.parquet'), rows.slice(5), 3);
    writeParquet(join(source, 'train-00000-of-00002.parquet'), rows.slice(0, 5), 3);
    const { path, manifest } = await importInto({ source });
    expect(manifest.splits).toHaveLength(1);
    expect(linesOf(path, 'items.jsonl').map(({ id }) => id)).toEqual(
      [1, 2, 3, 4, 5].map((row) => `train-1-${row}`).concat([1, 2, 3, 4].map((row) => `train-2-${row}`)),
    );
  });

  test('makes up ids from split and line when no line has one, or on request', async () => {
    const rows = manyRows(3);
    const without = await importRows(rows.map(withoutId));
    const refused = await importRows(rows, { columns: { ...NO_COLUMNS, id: false } });
    for (const { path } of [without, refused])
      expect(linesOf(path, 'items.jsonl').map(({ id }) => id)).toEqual(['train-1', 'train-2', 'train-3']);
  });

  test('takes whole numbers as ids', async () => {
    const { path } = await importRows([pairRow('', { id: 17 })]);
    expect(linesOf(path, 'items.jsonl')[0]).toMatchObject({ id: '17' });
  });

  test('passes over a byte order mark, CRLF and blank lines', async () => {
    const [first, second] = manyRows(2).map((row) => JSON.stringify(row));
    const source = writeSource(join(temporaryDirectory(), 'pairs.jsonl'), `\ufeff${first}\r\n\r\n${second}`);
    const marked = await importInto({ source, split: 'train' });
    const plain = await importRows(manyRows(2));
    expect(marked.manifest.hash).toBe(plain.manifest.hash);
  });

  test('keeps texts as they are, from line breaks to emoji', async () => {
    const prompt = ' line\r\nbreak\t\u2028 "quoted" 🙂 é e\u0301 ';
    const { path } = await importRows([pairRow('x', { prompt })]);
    expect(linesOf(path, 'prompts.jsonl')).toEqual([{ text: prompt }]);
  });

  test('allows missing labels in an unlabelled split only', async () => {
    const rows = [pairRow('x1', { split: 'train', preferred: undefined }), pairRow('x2', { split: 'test' })];
    const { path, manifest } = await importRows(rows, { split: null, unlabelled: ['train'] });
    expect(linesOf(path, 'labels.jsonl').map(({ id }) => id)).toEqual(['x2']);
    expect(manifest.splits.map(({ counts }) => counts.labelled)).toEqual([0, 1]);
  });

  test('maps columns by name', async () => {
    const columns = {
      ...NO_COLUMNS,
      prompt: 'q',
      responseA: 'left',
      responseB: 'right',
      preferred: 'winner',
      id: 'key',
    };
    const { path } = await importRows([{ key: 'k', q: 'P', left: 'L', right: 'R', winner: 'b' }], { columns });
    expect(linesOf(path, 'responses.jsonl').map(({ text }) => text)).toEqual(['L', 'R']);
    expect(linesOf(path, 'labels.jsonl')).toEqual([{ id: 'k', preferred: 'b' }]);
  });

  test('counts pairs with two equal responses and lets them pass', async () => {
    const { identicalAnswers, path } = await importRows([
      pairRow('x1', { response_a: 'same', response_b: 'same' }),
      pairRow('x2'),
    ]);
    expect(identicalAnswers).toBe(1);
    expect(linesOf(path, 'items.jsonl')[0]).toMatchObject({ a: 0, b: 0 });
  });

  test('writes the same bytes every time, the manifest too', async () => {
    const source = writeRows(join(temporaryDirectory(), 'pairs.jsonl'), manyRows(20));
    const [first, second] = await Promise.all([
      importInto({ source, split: 'train' }),
      importInto({ source, split: 'train' }),
    ]);
    for (const file of [...FILES, 'manifest.json']) expect(bytesOf(second.path, file)).toBe(bytesOf(first.path, file));
  });

  test('numbers the rows of alpaca-pairs as its shared features do', async () => {
    const source = sharedDirectory('data/alpaca-pairs');
    if (source === undefined) return;
    const { path, manifest } = await importInto({ source });
    const { splits } = await readDataset(path);
    expect(manifest.counts).toMatchObject({ prompts: 805, responses: 12_353 });
    for (const [name, { prompts, a, b }] of splits) {
      const expected = readSafetensorsTensor(join(source, 'minilm.safetensors'), name);
      const found = Int32Array.from(
        { length: 3 * prompts.length },
        (_, index) => [prompts, a, b][index % 3]?.[Math.floor(index / 3)] ?? -1,
      );
      expect(Buffer.compare(Buffer.from(found.buffer), expected), name).toBe(0);
    }
  });
});

/** The files that must not depend on labels. */
const textsOf = (path: string): string[] => FILES.slice(0, 3).map((file) => bytesOf(path, file));
/** The preferred sides of all labels, one letter each. */
const sidesOf = (path: string): string =>
  linesOf(path, 'labels.jsonl')
    .map(({ preferred }) => preferred)
    .join('');
const flipped = (side: string): string => (side === 'a' ? 'b' : 'a');
const flipAll = (sides: string): string => sides.replaceAll(/./g, flipped);

describe('sides', () => {
  const labels = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 60 });

  test('do not change with the labels: flipping them all leaves texts and items byte-identical', async () => {
    await fc.assert(
      fc.asyncProperty(
        labels,
        fc.constantFrom('auto' as const, 'always' as const, 'never' as const),
        async (given, shuffleSides) => {
          const rows = given.map((preferred, index) => pairRow(`x${index}`, { preferred }));
          const [before, after] = await Promise.all([
            importRows(rows, { shuffleSides }),
            importRows(
              rows.map((row) => ({ ...row, preferred: flipped(row['preferred'] as string) })),
              { shuffleSides },
            ),
          ]);
          expect(textsOf(after.path)).toEqual(textsOf(before.path));
          expect(sidesOf(before.path)).toBe(flipAll(sidesOf(after.path)));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('do not change when chosen and rejected change places: only the labels flip', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => ({
      prompt: `p${index}`,
      chosen: `c${index}`,
      rejected: `r${index}`,
    }));
    const before = await importRows(rows);
    const after = await importRows(
      rows.map(({ prompt, chosen, rejected }) => ({ prompt, chosen: rejected, rejected: chosen })),
    );
    expect(textsOf(after.path)).toEqual(textsOf(before.path));
    expect(sidesOf(before.path)).toBe(flipAll(sidesOf(after.path)));
  });

  test('of chosen and rejected are drawn fairly, recorded, and differ by seed', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => ({
      prompt: 'p',
      chosen: `c${index}`,
      rejected: `r${index}`,
    }));
    const [first, second] = await Promise.all([importRows(rows), importRows(rows, { seed: 1 })]);
    expect(first.shuffled).toBe('ranked');
    expect(Math.abs(first.labels.preferredA - 200)).toBeLessThan(40);
    expect(second.manifest.hash).not.toBe(first.manifest.hash);
    for (const { preferred, swapped } of linesOf(first.path, 'labels.jsonl')) expect(swapped).toBe(preferred === 'b');
  });

  test('of every label name the better answer, shuffled or not', async () => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      pairRow(`x${index}`, { response_a: `good ${index}`, response_b: `bad ${index}` }),
    );
    for (const shuffleSides of ['auto', 'always', 'never'] as const) {
      const { path } = await importRows(rows, { shuffleSides });
      const responses = linesOf(path, 'responses.jsonl');
      const preferred = new Map(linesOf(path, 'labels.jsonl').map((line) => [line['id'], line['preferred'] as string]));
      for (const item of linesOf(path, 'items.jsonl')) {
        const better = responses[item[preferred.get(item['id']) as string] as number]?.['text'];
        expect(better).toBe(`good ${(item['id'] as string).slice(1)}`);
      }
    }
  });

  test('that reveal the label are drawn anew, and the result says so', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => pairRow(`x${index}`));
    const {
      shuffled,
      labels: { preferredA },
    } = await importRows(rows);
    expect(shuffled).toBe('revealing');
    expect(Math.abs(preferredA - 50)).toBeLessThan(20);
  });

  test('that are balanced are kept', async () => {
    const { shuffled, path } = await importRows(manyRows(100));
    expect(shuffled).toBe('kept');
    expect(linesOf(path, 'labels.jsonl').some((line) => 'swapped' in line)).toBe(false);
  });
});

/** Writes every column as text, numbers of ids and all, in row groups of the given size. */
function writeParquet(filename: string, rows: readonly Row[], rowGroupSize: number): void {
  const names = Object.keys(rows[0] ?? {}).filter((name) => rows[0]?.[name] !== undefined);
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name]), type: 'STRING' as const }));
  parquetWriteFile({ filename, columnData, rowGroupSize });
}
