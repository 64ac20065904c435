import type { ColumnOptions } from '../column-options.ts';
import type { RecordValues } from '../sources/source-record.ts';

/** The layout of a public preference dataset. */
export interface SourceSchema {
  /** Meaning of its columns; options of the user have priority. */
  readonly columns: Partial<ColumnOptions>;
  /** Columns that `derive` reads besides those. */
  readonly reads: readonly string[];
  /** Columns `derive` adds. */
  readonly adds: readonly string[];
  /**
   * The record's values under the meanings of the columns: a prompt joined from two fields, a label by its name, …
   * `where` names file and line. @throws BalpmError (data) naming the field.
   */
  readonly derive: (values: RecordValues, where: string) => RecordValues;
  /** Names here of the source's splits; null skips files of that split. */
  readonly splits: Readonly<Record<string, string | null>>;
  /** Whether ids are unique within a split only, so that an item's id is `SPLIT-ID`. */
  readonly idsWithinSplit: boolean;
}
