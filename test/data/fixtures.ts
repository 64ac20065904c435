import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import type { ImportOptions } from '../../src/data/import/import-options.ts';

/** A new empty directory, removed when the test file ends. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'balpm-data-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A source record as users write it. */
export type Row = Readonly<Record<string, unknown>>;

/** Writes rows as JSONL, gzipped where the name ends in .gz; gives back the path. */
export function writeRows(path: string, rows: readonly Row[]): string {
  return writeSource(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Writes text or bytes as they are, gzipped where the name ends in .gz; gives back the path. */
export function writeSource(path: string, content: string | Uint8Array): string {
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(content) : content);
  return path;
}

/** A valid pair with some fields replaced; undefined takes a field away. */
export function pairRow(id: string, fields: Row = {}): Row {
  return {
    id,
    prompt: `prompt of ${id}`,
    response_a: `first of ${id}`,
    response_b: `second of ${id}`,
    preferred: 'a',
    ...fields,
  };
}

/** Import options as the command line would give them without flags. */
export function importOptions(options: Partial<ImportOptions>): ImportOptions {
  return {
    source: null,
    files: [],
    split: null,
    splitColumn: 'split',
    columns: NO_COLUMNS,
    name: null,
    seed: 0,
    shuffleSides: 'auto',
    unlabelled: [],
    ...options,
  };
}

export const NO_COLUMNS: ImportOptions['columns'] = {
  prompt: null,
  responseA: null,
  responseB: null,
  preferred: null,
  chosen: null,
  rejected: null,
  id: null,
};

/** The parsed lines of one file of a dataset. */
export function linesOf(dataset: string, file: string): Row[] {
  const text = readFileSync(join(dataset, file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** Names in a directory, hidden ones too. */
export const namesIn = (directory: string): string[] => readdirSync(directory).toSorted();
