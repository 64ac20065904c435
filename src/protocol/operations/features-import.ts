import { z } from 'zod';
import { defineOperation } from '../operation.ts';

const Source = z
  .strictObject({
    /** A directory, or the id of a dataset on the Hugging Face hub. */
    source: z.string().min(1),
    revision: z.string().nullable(),
    /** Features of a row: of one answer, or of a prompt; null takes what the number of columns says. */
    dimension: z.int().min(1).nullable(),
  })
  .meta({ id: 'FeatureSource' });

const Columns = z
  .strictObject({
    /** Name of the column of ids; null: the first one that is no index. */
    id: z.string().nullable(),
    /** Columns that are neither id nor features. */
    leaveOut: z.array(z.string()),
    /** Columns that are features although they look like an index. */
    keep: z.array(z.string()),
  })
  .meta({ id: 'FeatureColumns' });

/**
 * Converts published tables of feature columns (pairs: id, d chosen, d rejected; prompts: id, d) into parts under
 * `work`. A part appears whole; those that are there already, for the same sources and settings, are kept.
 */
export const featuresImport = defineOperation({
  name: 'features.import',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      pairs: Source,
      prompts: Source,
      /** What is said of columns, for both tables. */
      columns: Columns,
      /** Encoding of CSV as Python calls it; null: UTF-8. */
      encoding: z.string().min(1).nullable(),
      work: z.string().min(1),
      storeDtype: z.enum(['float32', 'float16', 'bfloat16']),
      /** Bytes of float64 values in one part. */
      partBytes: z.int().min(1),
    })
    .meta({ id: 'FeaturesImportParams' }),
  data: z
    .strictObject({
      /** Every split of both tables, in order; `parts` are the names of its parts in `work`. */
      tables: z.array(
        z
          .strictObject({
            table: z.enum(['prompts', 'pairs']),
            split: z.string().min(1),
            rows: z.int().min(1),
            parts: z.array(z.string().min(1)),
          })
          .meta({ id: 'ImportedTable' }),
      ),
      /** Columns that were not read, and why. */
      leftOut: z.array(
        z
          .strictObject({ table: z.enum(['prompts', 'pairs']), column: z.string(), why: z.string().min(1) })
          .meta({ id: 'LeftOutColumn' }),
      ),
      promptDimension: z.int().min(1),
      responseDimension: z.int().min(1),
      /** Largest |stored − given|, and the largest of it over |given| where that is not below the type's normal numbers. */
      maxAbsoluteError: z.number().min(0),
      maxRelativeError: z.number().min(0),
      /** Values below the type's normal numbers that lost digits. */
      underflows: z.int().min(0),
      /** Parts that an earlier import had finished. */
      keptParts: z.int().min(0),
      peakMemoryMib: z.int().min(0),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesImportData' }),
});
