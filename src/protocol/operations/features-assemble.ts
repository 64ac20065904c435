import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/**
 * Makes the feature store `out` (which must not exist) of a dataset from the parts of features.import. Tensors, int32:
 * `prompts` names for each prompt of the dataset a row of the prompt parts, −1 for one without features (zeros);
 * `responses` names for each response 2 × a row of the pair parts, plus 1 for the rejected side.
 */
export const featuresAssemble = defineOperation({
  name: 'features.assemble',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      work: z.string().min(1),
      dataset: z.string().min(1),
      out: z.string().min(1),
      storeDtype: z.enum(['float32', 'float16', 'bfloat16']),
      promptDimension: z.int().min(1),
      responseDimension: z.int().min(1),
      promptParts: z.array(z.string().min(1)),
      pairParts: z.array(z.string().min(1)),
      source: z.record(z.string(), z.union([z.string(), z.int(), z.boolean(), z.null()])),
      stats: z.record(z.string(), z.number()),
    })
    .meta({ id: 'FeaturesAssembleParams' }),
  data: z
    .strictObject({
      id: Digest,
      prompts: z.int().min(0),
      responses: z.int().min(0),
      peakMemoryMib: z.int().min(0),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesAssembleData' }),
});
