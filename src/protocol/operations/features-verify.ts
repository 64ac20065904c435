import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { setting } from '../setting.ts';

/**
 * Embeds a random sample of a store's texts again, one by one, with the settings of its manifest, and compares.
 * The model's files must be those the store was made with.
 */
export const featuresVerify = defineOperation({
  name: 'features.verify',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      store: z.string().min(1),
      ...modelSource,
      promptTexts: setting(z.string().min(1).nullable(), 'texts that stood in for the prompts', {
        value: '<file.jsonl>',
        usual: 'prompts-alone.jsonl of a dataset that --prompt-cut reference made',
      }),
      /** Half of them prompts where there are as many. */
      sample: setting(z.int().min(1), 'texts to embed again', { value: '<n>', unit: 'texts', default: 64 }),
      seed: setting(z.int().min(0), 'which texts', { value: '<n>', default: 0 }),
    })
    .meta({ id: 'FeaturesVerifyParams' }),
  data: z
    .strictObject({
      prompts: z.int().min(0),
      responses: z.int().min(0),
      /** ‖store − again‖ / ‖again‖ of a text. */
      maxDifference: z.number().min(0),
      meanDifference: z.number().min(0),
      /** The largest difference that rounding makes in these types. */
      tolerance: z.number().min(0),
      /** Texts whose difference is larger. */
      wrong: z.int().min(0),
      /** The text with the largest difference, in words. */
      worst: z.string(),
    })
    .meta({ id: 'FeaturesVerifyData' }),
});
