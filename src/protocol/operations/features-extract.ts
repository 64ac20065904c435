import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/**
 * Embeds the unique texts of a dataset with a Hugging Face model and writes a feature store to `out`
 * (a directory that must not exist; it appears whole or not at all).
 */
export const featuresExtract = defineOperation({
  name: 'features.extract',
  version: 2,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      out: z.string().min(1),
      ...modelSource,
      promptTemplate: z.string().min(1),
      responseTemplate: z.string().min(1),
      /** Texts are turns of the tokenizer's chat template after this system turn, and not made by the templates above. */
      chat: z.strictObject({ system: z.string() }).meta({ id: 'ChatTurns' }).nullable(),
      pooling: z.enum(['auto', 'last-token', 'mean']),
      /** Null: 512, or the model's limit where that is smaller. */
      maxTokens: z.int().min(1).nullable(),
      storeDtype: z.enum(['float32', 'float16', 'bfloat16']),
      tokenBudget: z.int().min(1),
    })
    .meta({ id: 'FeaturesExtractParams' }),
  data: z
    .strictObject({
      id: Digest,
      prompts: z.int().min(0),
      responses: z.int().min(0),
      dimension: z.int().min(1),
      truncatedPrompts: z.int().min(0),
      truncatedResponses: z.int().min(0),
      /** Responses of which no token was left, so that the answers of such a prompt have equal features. */
      lostResponses: z.int().min(0),
      tokens: z.int().min(0),
      paddingShare: z.number().min(0),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesExtractData' }),
});
