import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { BalpmError } from '../../../../src/base/errors.ts';
import { importDataset } from '../../../../src/data/import/import-dataset.ts';
import type { ImportOptions } from '../../../../src/data/import/import-options.ts';
import {
  importOptions,
  NO_COLUMNS,
  namesIn,
  pairRow,
  temporaryDirectory,
  writeRows,
  writeSource,
} from '../../fixtures.ts';

/** One bad source: what is written, how it is imported, and what the one line must name. */
interface BadSource {
  readonly name: string;
  readonly write: (directory: string) => void;
  readonly options?: Partial<ImportOptions>;
  readonly status?: number;
  readonly says: readonly string[];
}

const good = pairRow('x1');
const rows =
  (...lines: Readonly<Record<string, unknown>>[]) =>
  (directory: string): void =>
    void writeRows(join(directory, 'train.jsonl'), lines);
const text =
  (name: string, content: string | Uint8Array) =>
  (directory: string): void =>
    writeFileSync(join(directory, name), content);
const columns = (changed: Partial<ImportOptions['columns']>): Partial<ImportOptions> => ({
  columns: { ...NO_COLUMNS, ...changed },
});
const line = (row: object): string => `${JSON.stringify(row)}\n`;

const BAD_SOURCES: readonly BadSource[] = [
  {
    name: 'a line that is not JSON',
    write: text('train.jsonl', `${line(good)}{"id": oops}\n`),
    says: ["train.jsonl' line 2", 'not JSON', 'JSON object'],
  },
  {
    name: 'a line cut off',
    write: text('train.jsonl', `${line(good)}{"id": "x2", "prom`),
    says: ["train.jsonl' line 2", 'not JSON'],
  },
  {
    name: 'a line that is a list',
    write: text('train.jsonl', `[1, 2]\n`),
    says: ["train.jsonl' line 1", '[1,2]', 'JSON object'],
  },
  {
    name: 'a missing field',
    write: rows(good, pairRow('x2', { prompt: undefined })),
    says: ["train.jsonl' line 2", "field 'prompt'", 'is missing', 'expected text'],
  },
  {
    name: 'a missing label',
    write: rows(good, pairRow('x2', { preferred: null })),
    says: ["train.jsonl' line 2", "field 'preferred'", 'is missing', "'a' or 'b'", '--unlabelled train'],
  },
  {
    name: 'a field that is null',
    write: rows(good, pairRow('x2', { response_a: null })),
    says: ["train.jsonl' line 2", "field 'response_a'", 'is null'],
  },
  {
    name: 'an empty field',
    write: rows(good, pairRow('x2', { response_b: '' })),
    says: ["train.jsonl' line 2", "field 'response_b'", 'is empty'],
  },
  {
    name: 'a field of white space only',
    write: rows(good, pairRow('x2', { prompt: ' \n\t' })),
    says: ['line 2', "field 'prompt'", 'is empty'],
  },
  {
    name: 'a field that is a number',
    write: rows(pairRow('x1', { prompt: 12 })),
    says: ['line 1', "field 'prompt'", 'is the number 12', 'expected text'],
  },
  {
    name: 'a field that is a list',
    write: rows(pairRow('x1', { response_a: ['hello'] })),
    says: ['line 1', "field 'response_a'", 'is a list'],
  },
  {
    name: 'a field that is an object',
    write: rows(pairRow('x1', { response_a: { role: 'user' } })),
    says: ['line 1', 'is an object'],
  },
  {
    name: 'half a surrogate pair',
    write: rows(pairRow('x1', { prompt: 'x\ud800' })),
    says: ['line 1', "field 'prompt'", 'surrogate'],
  },
  {
    name: 'a label that is neither a nor b',
    write: rows(good, pairRow('x2', { preferred: 'c' })),
    says: ['line 2', "field 'preferred'", "is 'c'", "'a' or 'b'"],
  },
  {
    name: 'a label that is a number',
    write: rows(good, pairRow('x2', { preferred: 0 })),
    says: ['line 2', "field 'preferred'", 'is the number 0'],
  },
  {
    name: 'a duplicate id',
    write: rows(good, pairRow('x2'), pairRow('x1')),
    says: ["train.jsonl' line 3", "'x1'", "train.jsonl' line 1"],
  },
  {
    name: 'an id in two splits',
    write: (directory) => {
      writeRows(join(directory, 'train.jsonl'), [good]);
      writeRows(join(directory, 'test.jsonl'), [pairRow('x2'), pairRow('x1')]);
    },
    says: ["test.jsonl' line 2", "'x1'", "train.jsonl' line 1", "splits 'test' and 'train'"],
  },
  {
    name: 'ids on some lines, not the first',
    write: rows(pairRow('x1', { id: undefined }), pairRow('x2')),
    says: ['line 2', "field 'id'", 'earlier lines'],
  },
  {
    name: 'ids on some lines, the first',
    write: rows(good, pairRow('x2', { id: undefined })),
    says: ['line 2', "field 'id'", 'is missing'],
  },
  { name: 'an id that is a fraction', write: rows(pairRow('x1', { id: 1.5 })), says: ['line 1', "field 'id'", '1.5'] },
  {
    name: 'bytes that are not UTF-8',
    write: text('train.jsonl', Buffer.concat([Buffer.from(line(good)), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])])),
    says: ["train.jsonl' line 2", 'UTF-8'],
  },
  { name: 'an empty file', write: text('train.jsonl', ''), says: ["train.jsonl'", 'is empty', 'at least one pair'] },
  { name: 'a file of blank lines', write: text('train.jsonl', '\n\r\n\n'), says: ["train.jsonl'", 'is empty'] },
  ...['test.JSONL', 'test.parquet.gz', 'test.jsonl.zst', 'test.jsonl.gz.part'].map((lost) => ({
    name: `${lost} beside other files`,
    write: (directory: string) => {
      writeRows(join(directory, 'train.jsonl'), [good]);
      writeFileSync(join(directory, lost), '');
    },
    says: [`'${lost}' would be skipped`, 'move it away'],
  })),
  { name: 'a directory without files', write: () => undefined, says: ['no .jsonl', 'one file per split'] },
  {
    name: 'a source that is not there',
    write: () => undefined,
    options: { source: 'SRC/none.jsonl' },
    says: ["none.jsonl'", 'no such file'],
  },
  {
    name: 'a file named by --file that is not there',
    write: rows(good),
    options: { files: ['test=SRC/none.jsonl'] },
    says: ["none.jsonl'", 'no such file'],
  },
  {
    name: 'an unknown ending',
    write: text('pairs.csv', 'a,b\n'),
    options: { source: 'SRC/pairs.csv' },
    says: ["pairs.csv'", '.parquet'],
  },
  {
    name: 'an unknown column',
    write: rows(good),
    options: columns({ prompt: 'promt' }),
    says: ["column 'promt'", '--prompt', "'response_a'", "did you mean 'prompt'?"],
  },
  {
    name: 'a column that is missing by default',
    write: rows({ id: 'x', question: 'q', response_a: 'a', response_b: 'b', preferred: 'a' }),
    says: ['line 1', "column 'prompt'", "'question'"],
  },
  {
    name: 'a missing split column',
    write: rows(good),
    options: { source: 'SRC/train.jsonl' },
    says: ["column 'split'", '--split NAME'],
  },
  {
    name: 'a split name with a slash',
    write: rows(pairRow('x1', { split: 'a/b' })),
    options: { source: 'SRC/train.jsonl' },
    says: ['line 1', "'a/b'"],
  },
  {
    name: 'a reserved split name',
    write: rows(pairRow('x1', { split: 'prompts' })),
    options: { source: 'SRC/train.jsonl' },
    says: ['line 1', "'prompts' is reserved"],
  },
  {
    name: 'a split column that names something else',
    write: rows(...Array.from({ length: 70 }, (_, index) => pairRow(`x${index}`, { split: `s${index}` }))),
    options: { source: 'SRC/train.jsonl' },
    says: ["column 'split'", 'more than 64'],
  },
  {
    name: 'gzip data cut off',
    write: (directory) => writeFileSync(join(directory, 'train.jsonl.gz'), gzipSync(line(good)).subarray(0, 40)),
    says: ["train.jsonl.gz'", 'end too early'],
  },
  {
    name: 'a .gz that is not gzip',
    write: text('train.jsonl.gz', line(good)),
    says: ["train.jsonl.gz'", 'not complete gzip'],
  },
  {
    name: 'a .parquet that is not Parquet',
    write: text('train.parquet', line(good)),
    says: ["train.parquet'", 'give a complete Parquet file'],
  },
  {
    name: 'a .parquet that is empty',
    write: text('train.parquet', ''),
    says: ["train.parquet'", 'give a complete Parquet file'],
  },
  {
    name: 'two files for one split',
    write: (directory) => {
      writeRows(join(directory, 'train.jsonl'), [good]);
      writeRows(join(directory, 'train.jsonl.gz'), [pairRow('x2')]);
    },
    says: ["'train.jsonl'", "'train.jsonl.gz'", 'the same split'],
  },
  {
    name: 'a directory that lacks a shard',
    write: (directory) => {
      writeRows(join(directory, 'train-00000-of-00003.jsonl'), [good]);
      writeRows(join(directory, 'train-00002-of-00003.jsonl.gz'), [pairRow('x2')]);
    },
    says: ['1 of 3 shards is missing', "'train-00001-of-00003'", 'every shard of one set once'],
  },
  {
    name: 'one shard named by itself',
    write: (directory) => void writeRows(join(directory, 'train-00000-of-00002.jsonl'), [good]),
    options: { source: 'SRC/train-00000-of-00002.jsonl', split: 'train' },
    says: ["'train-00001-of-00002'", 'rename a file that is not a shard'],
  },
  {
    name: 'a file named twice',
    write: rows(good),
    options: { source: null, files: ['train=SRC/train.jsonl', 'train=SRC/../source/train.jsonl'] },
    status: 2,
    says: ["train.jsonl'", 'is named twice'],
  },
  {
    name: 'no source at all',
    write: () => undefined,
    options: { source: null },
    status: 2,
    says: ['no source', '--file SPLIT=PATH'],
  },
  {
    name: 'a --file without a split',
    write: rows(good),
    options: { files: ['test.jsonl'] },
    status: 2,
    says: ["'test.jsonl'", 'SPLIT=PATH'],
  },
  {
    name: '--split for a directory',
    write: rows(good),
    options: { split: 'test' },
    status: 2,
    says: ["--split 'test'", 'single file'],
  },
  {
    name: 'an unknown unlabelled split, before a missing label',
    write: rows(pairRow('x1', { preferred: undefined })),
    options: { unlabelled: ['trian'] },
    status: 2,
    says: ["--unlabelled 'trian'", 'use one of train'],
  },
  {
    name: 'an unlabelled split that no line names',
    write: rows(pairRow('x1', { split: 'train' }), pairRow('x2', { split: 'test' })),
    options: { source: 'SRC/train.jsonl', unlabelled: ['ood'] },
    status: 2,
    says: ["--unlabelled 'ood'", 'use one of train, test'],
  },
  ...['prompts', 'responses', 'labelled', 'pool', '__metadata__', 'a/b', ''].map((split) => ({
    name: `--split '${split}'`,
    write: rows(good),
    options: { source: 'SRC/train.jsonl', split },
    status: 2,
    says: [`Cannot import --split '${split}': as a split name '${split}'`],
  })),
  {
    name: 'a --file of a reserved name',
    write: rows(good),
    options: { files: ['pool=SRC/train.jsonl'] },
    status: 2,
    says: ["'pool' is reserved; use another name"],
  },
  {
    name: 'a file of a reserved name',
    write: (directory) => void writeRows(join(directory, 'pool.jsonl'), [good]),
    says: ["pool.jsonl'", "'pool' is reserved"],
  },
  {
    name: 'an unknown unlabelled split',
    write: rows(good),
    options: { unlabelled: ['trian'] },
    status: 2,
    says: ["'trian'", "did you mean 'train'?"],
  },
  {
    name: 'chosen and rejected kept as sides',
    write: rows({ prompt: 'p', chosen: 'c', rejected: 'r' }),
    options: { shuffleSides: 'never' },
    status: 2,
    says: ['--shuffle-sides', 'reveal the label'],
  },
];

describe('importDataset() refuses, in one line and with nothing half-written,', () => {
  test.each(BAD_SOURCES)('$name', async ({ write, options = {}, status = 4, says }) => {
    const directory = temporaryDirectory();
    const source = join(directory, 'source');
    mkdirSync(source);
    write(source);
    const given = {
      ...options,
      ...(options.files && { files: options.files.map((file) => file.replace('SRC', source)) }),
    };
    const asked = options.source === undefined ? source : (options.source?.replace('SRC', source) ?? null);
    const failure = await importDataset(importOptions({ ...given, source: asked }), join(directory, 'out')).catch(
      (error: BalpmError) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    const { message, exitStatus } = failure as BalpmError;
    expect(exitStatus, message).toBe(status);
    expect(message).toMatch(/^Cannot .*: .*(needed|; )/);
    expect(message).not.toContain('\n');
    for (const part of says) expect(message).toContain(part);
    expect(namesIn(directory)).toEqual(['source']);
  });

  test('an --out that exists, even an empty one', async () => {
    const directory = temporaryDirectory();
    const source = writeRows(join(directory, 'train.jsonl'), [good]);
    mkdirSync(join(directory, 'out'));
    const attempt = importDataset(importOptions({ source, split: 'train' }), join(directory, 'out'));
    await expect(attempt).rejects.toMatchObject({ exitStatus: 2, message: expect.stringContaining('already exists') });
    expect(namesIn(join(directory, 'out'))).toEqual([]);
  });

  test('an --out in a place that cannot be written', async () => {
    const directory = temporaryDirectory();
    const source = writeRows(join(directory, 'train.jsonl'), [good]);
    writeSource(join(directory, 'file'), 'not a directory');
    const attempt = importDataset(importOptions({ source, split: 'train' }), join(directory, 'file', 'out'));
    await expect(attempt).rejects.toMatchObject({ exitStatus: 3, message: expect.stringContaining('writable') });
  });

  test('to go on after a stop', async () => {
    const directory = temporaryDirectory();
    const source = writeRows(join(directory, 'train.jsonl'), [good]);
    const attempt = importDataset(
      importOptions({ source, split: 'train' }),
      join(directory, 'out'),
      AbortSignal.abort(),
    );
    await expect(attempt).rejects.toMatchObject({ exitStatus: 75 });
    expect(namesIn(directory)).toEqual(['train.jsonl']);
  });
});
