/** The fields of a record by name. */
export type RecordValues = Readonly<Record<string, unknown>>;

/** One record of a source file; `number` is its line (JSONL) or row (Parquet, JSON), from 1. */
export interface SourceRecord {
  readonly number: number;
  /** @throws BalpmError (data) for a line that is no JSON object. */
  readonly values: () => RecordValues;
  /** How a field that is a number is written, where the format writes numbers as text; else null. */
  readonly spelling: (field: string) => string | null;
}

/** The columns of a file (Parquet) or of its first record (JSONL), and how messages call that place. */
export interface ColumnsFound {
  readonly where: string;
  readonly names: readonly string[];
  /** Types of columns whose values are no ids, by name: DATE, DOUBLE, …; only where columns have types. */
  readonly noIds?: ReadonlyMap<string, string>;
  /** Columns of UUIDs, which are bytes and have no spelling of their own. */
  readonly uuids?: ReadonlySet<string>;
}

/** A source file as records, whatever its format. */
export interface RecordSource {
  readonly path: string;
  /** Null when there is no record. */
  readonly columns: () => Promise<ColumnsFound | null>;
  /** The records in order; columns other than `wanted` may be missing. */
  readonly read: (wanted: readonly string[]) => AsyncIterable<SourceRecord>;
}
