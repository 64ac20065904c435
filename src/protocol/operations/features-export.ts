import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/**
 * Writes the features of a store, item by item, in a layout that others read (a directory that must not exist; it
 * appears whole or not at all). The tensor `preferred` (uint8, one an item, splits in the manifest's order; 1: a, 0: b,
 * 2: leave the item out) makes answers chosen and rejected ones; without it they are a and b, and no label is known here.
 */
export const featuresExport = defineOperation({
  name: 'features.export',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      store: z.string().min(1),
      dataset: z.string().min(1),
      out: z.string().min(1),
      /** `reference` needs the tensor. */
      layout: z.enum(['huggingface', 'reference', 'npy']),
      /** Of the files of `reference`; the other layouts have one format each. */
      format: z.enum(['parquet', 'csv']),
      license: z.string().min(1),
      /** A file of rows is closed once it has this many bytes. */
      shardBytes: z.int().min(1),
    })
    .meta({ id: 'FeaturesExportParams' }),
  data: z
    .strictObject({
      /** Every split with items, in order; `published` is its name in the layout. */
      splits: z.array(
        z
          .strictObject({
            name: z.string().min(1),
            published: z.string().min(1),
            items: z.int().min(1),
            /** Items that were left out. */
            dropped: z.int().min(0),
            /** False where the store was imported without prompt features of this split. */
            hasPrompts: z.boolean(),
          })
          .meta({ id: 'ExportedSplit' }),
      ),
      /** Splits without an item to export. */
      emptySplits: z.array(z.string().min(1)),
      /** False where texts are unknown, so that there are features alone. */
      hasTexts: z.boolean(),
      /** The type of the values written: float32 where the layout has no place for the store's own. */
      dtype: z.enum(['float32', 'float16']),
      files: z.int().min(1),
      bytes: z.int().min(1),
      peakMemoryMib: z.int().min(0),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesExportData' }),
});
