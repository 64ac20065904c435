import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';
import { DoubledToken } from './features-extract.ts';

/**
 * Shannon entropies (bits) of a causal language model's next-token distributions over the answers of a dataset, written
 * to `out` as JSON Lines: id, split and the columns of each item (a file that must not exist; it appears whole or not
 * at all).
 */
export const featuresUncertainty = defineOperation({
  name: 'features.uncertainty',
  version: 3,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      out: z.string().min(1),
      /** Null: every split. */
      splits: z.array(z.string().min(1)).nullable(),
      ...modelSource,
      responseTemplate: z.string().min(1),
      /** Which positions count: every one that is no padding, or those at which a token of the answer stands. */
      positions: z.enum(['all', 'response']),
      /** Null: 512, or the model's limit where that is smaller. */
      maxTokens: z.int().min(1).nullable(),
      tokenBudget: z.int().min(1),
    })
    .meta({ id: 'FeaturesUncertaintyParams' }),
  data: z
    .strictObject({
      sha256: Digest,
      columns: z.array(z.string()),
      items: z.int().min(0),
      responses: z.int().min(0),
      /** Positions counted, over all responses. */
      positions: z.int().min(0),
      tokens: z.int().min(0),
      maxTokens: z.int().min(1),
      truncatedResponses: z.int().min(0),
      /** Responses of which no token was left: their entropies are the prompt's. */
      lostResponses: z.int().min(0),
      /** Of the responses, by token. */
      doubledTokens: z.array(DoubledToken),
      paddingShare: z.number().min(0),
      modelHash: Digest,
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesUncertaintyData' }),
});
