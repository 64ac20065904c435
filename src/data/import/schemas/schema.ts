import type { ColumnOptions } from '../column-options.ts';
import type { RecordValues } from '../sources/source-record.ts';

/** The layout of a public preference dataset. */
export interface SourceSchema {
  /** Which column means what; options of the person go first. */
  readonly columns: Partial<ColumnOptions>;
  /** Columns `derive` reads beside those. */
  readonly reads: readonly string[];
  /** Columns `derive` adds. */
  readonly adds: readonly string[];
  /**
   * The record's values as the columns' meanings want them: a prompt joined of two fields, a label by its name, …
   * `where` names file and line. @throws BalpmError (data) naming the field.
   */
  readonly derive: (values: RecordValues, where: string) => RecordValues;
  /** Splits of the source by their names here; null passes over files of that split. */
  readonly splits: Readonly<Record<string, string | null>>;
  /** Whether ids are unique within a split only, so that an item's id is `SPLIT-ID`. */
  readonly idsWithinSplit: boolean;
}
