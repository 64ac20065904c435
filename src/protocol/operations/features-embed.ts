import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/**
 * Embeds the unique texts of a dataset with a function in a user's Python file and writes a feature store to `out`
 * (a directory that must not exist; it appears whole or not at all). Errors of its code are USER_CODE.
 */
export const featuresEmbed = defineOperation({
  name: 'features.embed',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      out: z.string().min(1),
      /** The Python file; what it holds must have the hash `moduleSha256`. */
      module: z.string().min(1),
      moduleSha256: Digest,
      name: z.string().min(1),
      options: z.record(z.string(), z.unknown()),
      promptTemplate: z.string().min(1),
      responseTemplate: z.string().min(1),
      storeDtype: z.enum(['float32', 'float16', 'bfloat16']),
    })
    .meta({ id: 'FeaturesEmbedParams' }),
  data: z
    .strictObject({
      id: Digest,
      prompts: z.int().min(0),
      responses: z.int().min(0),
      dimension: z.int().min(1),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesEmbedData' }),
});
