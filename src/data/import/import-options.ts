import type { ColumnOptions } from './column-options.ts';
import type { SchemaName } from './schemas/index.ts';

/** Whether sides are shuffled: `auto` does so if the source's sides reveal the label. */
export type ShuffleSides = 'auto' | 'always' | 'never';

/** Handling of records that cannot be used. */
export type BadRows = 'refuse' | 'drop';

/** Options for an import, from the command line. */
export interface ImportOptions {
  /** A directory with one file per split, or one file; null if `files` names them all. */
  readonly source: string | null;
  /** Further files as `SPLIT=PATH`. */
  readonly files: readonly string[];
  /** The split of a single file; null reads it from `splitColumn`. */
  readonly split: string | null;
  readonly splitColumn: string;
  readonly columns: ColumnOptions;
  /** Name in the manifest; null uses the source's. */
  readonly name: string | null;
  /** Seed of a shuffle of sides. */
  readonly seed: number;
  readonly shuffleSides: ShuffleSides;
  /** Splits whose labels may be missing or null. */
  readonly unlabelled: readonly string[];
  /** The public dataset whose layout the source has; by default none. */
  readonly schema?: SchemaName | null;
  /** By default `refuse`: the first bad record ends the import. */
  readonly badRows?: BadRows;
  /** How the text of JSONL and JSON files is encoded; by default UTF-8. */
  readonly encoding?: string | null;
}
