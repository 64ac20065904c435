import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { setting } from '../setting.ts';
import { Digest } from '../text.ts';
import { DoubledToken, entropyPositions, passFields, renderingFields } from './features-extract.ts';

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
      splits: setting(z.array(z.string().min(1)).nullable(), 'splits whose items get columns', {
        option: 'split',
        value: '<name...>',
        usual: 'all',
      }),
      ...modelSource,
      responseTemplate: renderingFields.responseTemplate,
      positions: entropyPositions,
      maxTokens: renderingFields.maxTokens,
      tokenBudget: setting(z.int().min(1), passFields.tokenBudget.description ?? '', {
        value: '<n>',
        unit: 'tokens',
        default: 16_384,
      }),
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
