import { quotePath } from '../../base/files.ts';
import { readJsonLines } from '../json-lines.ts';
import { openJsonArraySource } from './json-array-source.ts';
import type { SourceFile } from './source-files.ts';

/** One record of a source file; `number` is its line (JSONL) or row (Parquet, JSON), from 1. */
export interface SourceRecord {
  readonly number: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The columns of a file (Parquet) or of its first record (JSONL), and how messages call that place. */
export interface ColumnsFound {
  readonly where: string;
  readonly names: readonly string[];
}

/** A source file as records, whatever its format. */
export interface RecordSource {
  readonly path: string;
  /** Null when there is no record. */
  readonly columns: () => Promise<ColumnsFound | null>;
  /** The records in order; columns other than `wanted` may be missing. */
  readonly read: (wanted: readonly string[]) => AsyncIterable<SourceRecord>;
}

/** Opens a source file by its ending; the Parquet reader is loaded only when one is met. */
export async function openRecordSource({ path }: SourceFile): Promise<RecordSource> {
  if (path.endsWith('.json')) return openJsonArraySource(path);
  if (!path.endsWith('.parquet')) return jsonLinesSource(path);
  const { openParquetSource } = await import('./parquet-source.ts');
  return openParquetSource(path);
}

function jsonLinesSource(path: string): RecordSource {
  return {
    path,
    columns: async () => {
      for await (const { number, value } of readJsonLines(path)) {
        return { where: `${quotePath(path)} line ${number}`, names: Object.keys(value) };
      }
      return null;
    },
    read: async function* () {
      for await (const { number, value } of readJsonLines(path)) yield { number, values: value };
    },
  };
}
