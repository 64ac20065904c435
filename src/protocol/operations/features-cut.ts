import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';
import { renderingFields } from './features-extract.ts';

/**
 * Where the reference's code cuts the prompt of each pair: floor((max tokens − tokens of the pair's longer answer) / 2)
 * tokens remain, at least one. Answers and prompts are split alone, without special tokens.
 * Tensors out: `kept` int32 (items), UTF-16 code units of the prompt's text that remain; split after split in the
 * manifest's order, items of a split in file order.
 */
export const featuresCut = defineOperation({
  name: 'features.cut',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      model: modelSource.model.describe('model whose tokenizer counts: a directory, or a hub id'),
      revision: modelSource.revision,
      trustRemoteCode: modelSource.trustRemoteCode,
      maxTokens: renderingFields.maxTokens.describe('tokens of a text'),
    })
    .meta({ id: 'FeaturesCutParams' }),
  data: z
    .strictObject({
      items: z.int().min(0),
      /** Items whose prompt lost tokens. */
      cutItems: z.int().min(0),
      maxTokens: z.int().min(1),
      /** The model's name as stores have it: of a directory its own name. */
      model: z.string().min(1),
      /** SHA-256 of the rules and the vocabulary by which its tokenizer splits texts. */
      tokenizerHash: Digest,
    })
    .meta({ id: 'FeaturesCutData' }),
});
