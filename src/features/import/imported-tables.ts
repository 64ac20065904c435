import { type ImportedRow, type ImportedTable, readParts } from './read-parts.ts';

/** The rows of every split of one table; splits in order. */
export interface ImportedTables {
  readonly splits: readonly string[];
  readonly parts: readonly string[];
  /** Rows of a split, numbered over all splits of the table. */
  readonly rows: (split: string) => AsyncIterable<ImportedRow>;
}

/** One of the two tables that an import converted into `work`. */
export function importedTables(
  work: string,
  tables: readonly ImportedTable[],
  name: ImportedTable['table'],
): ImportedTables {
  const own = tables.filter(({ table }) => table === name);
  return {
    splits: own.map(({ split }) => split),
    parts: own.flatMap(({ parts }) => parts),
    rows: (split) => {
      const index = own.findIndex((table) => table.split === split);
      const firstRow = own.slice(0, index).reduce((sum, { rows }) => sum + rows, 0);
      return readParts(work, own[index] as ImportedTable, firstRow);
    },
  };
}
