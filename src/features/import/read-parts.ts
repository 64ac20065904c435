import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../../base/files/files.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import type { featuresImport } from '../../protocol/operations/features-import.ts';

/** One split of an imported table: the names of its parts in order. */
export type ImportedTable = z.output<typeof featuresImport.data>['tables'][number];

/** A converted row: its number over all parts of its table, its id, and the digests of its feature rows. */
export interface ImportedRow {
  readonly row: number;
  readonly id: string;
  /** One of a prompt; chosen and rejected of a pair. Equal digests are equal features. */
  readonly digests: readonly string[];
}

const PartIndex = z.object({ ids: z.array(z.string()), digests: z.array(z.array(z.string())) });

/** The rows of a split from the indices of its parts in `work`; `firstRow` is the number of the first. */
export async function* readParts(work: string, table: ImportedTable, firstRow: number): AsyncGenerator<ImportedRow> {
  let row = firstRow;
  for (const part of table.parts) {
    const { ids, digests } = PartIndex.parse(parseJson(await readText(join(work, `${part}.json`), 'part')));
    for (const [index, id] of ids.entries()) yield { row: row++, id, digests: digests[index] as string[] };
  }
}
