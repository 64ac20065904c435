import { quotePath } from '../../../base/files/files.ts';
import { readRecordLines } from '../../lines/record-lines.ts';
import type { TextEncoding } from '../../lines/text-encoding.ts';
import { openJsonArraySource } from './json-array-source.ts';
import type { SourceFile } from './source-files.ts';

/** The fields of a record by name. */
export type RecordValues = Readonly<Record<string, unknown>>;

/** One record of a source file; `number` is its line (JSONL) or row (Parquet, JSON), from 1. */
export interface SourceRecord {
  readonly number: number;
  /** @throws BalpmError (data) for a line that is not a JSON object. */
  readonly values: () => RecordValues;
  /** Spelling of a field that is a number, if the format writes numbers as text; otherwise null. */
  readonly spelling: (field: string) => string | null;
}

/** The columns of a file (Parquet) or of its first record (JSONL), and the name of that location in messages. */
export interface ColumnsFound {
  readonly where: string;
  readonly names: readonly string[];
  /** Types of columns whose values cannot be ids, by name: DATE, DOUBLE, …; only if columns have types. */
  readonly noIds?: ReadonlyMap<string, string>;
  /** Columns of UUIDs, which are bytes without a spelling. */
  readonly uuids?: ReadonlySet<string>;
}

/** A source file as records, in any format. */
export interface RecordSource {
  readonly path: string;
  /** Null if there is no record. */
  readonly columns: () => Promise<ColumnsFound | null>;
  /** The records in order; columns other than `wanted` may be missing. */
  readonly read: (wanted: readonly string[]) => AsyncIterable<SourceRecord>;
}

/** Opens a source file by its extension; the Parquet reader is loaded only for Parquet. */
export async function openRecordSource({ path }: SourceFile, encoding: TextEncoding | null): Promise<RecordSource> {
  if (path.endsWith('.json')) return openJsonArraySource(path, encoding);
  if (!path.endsWith('.parquet')) return jsonLinesSource(path, encoding);
  const { openParquetSource } = await import('./parquet-source.ts');
  return openParquetSource(path);
}

const jsonLinesSource = (path: string, encoding: TextEncoding | null): RecordSource => ({
  path,
  columns: () => firstColumns(path, encoding),
  read: () => readRecordLines(path, encoding),
});

/** The names in the first readable line; faults of earlier lines are reported when these are read. */
async function firstColumns(path: string, encoding: TextEncoding | null): Promise<ColumnsFound | null> {
  let failure: unknown = null;
  for await (const { number, values } of readRecordLines(path, encoding)) {
    try {
      return { where: `${quotePath(path)} line ${number}`, names: Object.keys(values()) };
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  return null;
}
