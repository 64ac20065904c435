import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/**
 * Makes feature stores of the parts of an extraction. One kind of feature becomes the store `out`, several become
 * `out`/NAME each; `out` must not exist and appears whole or not at all.
 */
export const featuresMerge = defineOperation({
  name: 'features.merge',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      /** Folders of `features.extract`; together they hold every part. */
      folders: z.array(z.string().min(1)).min(1),
      out: z.string().min(1),
      /** File of entropy columns to make where the parts hold entropies; must not exist. */
      columns: z.string().min(1).nullable(),
    })
    .meta({ id: 'FeaturesMergeParams' }),
  data: z
    .strictObject({
      stores: z.array(
        z
          .strictObject({ name: z.string().min(1), path: z.string().min(1), id: Digest, dimension: z.int().min(1) })
          .meta({ id: 'MergedStore' }),
      ),
      prompts: z.int().min(0),
      responses: z.int().min(0),
      truncatedPrompts: z.int().min(0),
      truncatedResponses: z.int().min(0),
      /** Responses of which no token was left, so that the answers of such a prompt have equal features. */
      lostResponses: z.int().min(0),
      /** Prompts that were cut to leave room for their answers. */
      cutPrompts: z.int().min(0),
      tokens: z.int().min(0),
      paddingShare: z.number().min(0),
      parts: z.int().min(0),
      /** SHA-256 of the file of columns; null where none was asked for. */
      columnsSha256: Digest.nullable(),
    })
    .meta({ id: 'FeaturesMergeData' }),
});
