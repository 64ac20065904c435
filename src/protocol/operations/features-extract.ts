import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/** One kind of feature: what is pooled over the tokens of a text, and of which hidden layer. */
export const FeatureOutput = z
  .strictObject({
    /** `auto`: the mean for a model whose tokens see those after them, else the last token. */
    pooling: z.enum(['auto', 'last-token', 'mean']),
    /** Number of blocks below (0: the embeddings); null: the last, after the final norm. */
    layer: z.int().min(0).nullable(),
  })
  .meta({ id: 'FeatureOutput' });
export type FeatureOutput = z.infer<typeof FeatureOutput>;

/** Block `index` (from 1) of `count` blocks of equal numbers of parts. */
export const Shard = z.strictObject({ index: z.int().min(1), count: z.int().min(1) }).meta({ id: 'Shard' });
export type Shard = z.infer<typeof Shard>;

/** What a chat template is given beside prompts and answers. */
const ChatTurns = z
  .strictObject({
    /** The system turn; an empty one is left out where the template takes none; null: there is none. */
    system: z.string().nullable(),
    /** The day (2024-07-26) that a template sees as today; null: the same for all, whatever day it is. */
    date: z.string().nullable(),
  })
  .meta({ id: 'ChatTurns' });
type ChatTurns = z.infer<typeof ChatTurns>;

/** A special token that stands twice, side by side, at the begin or the end of some texts. */
export const DoubledToken = z.strictObject({ token: z.string(), texts: z.int().min(1) }).meta({ id: 'DoubledToken' });
export type DoubledToken = z.infer<typeof DoubledToken>;

/** How prompts and answers become the texts a model reads. */
const renderingFields = {
  promptTemplate: z.string().min(1),
  responseTemplate: z.string().min(1),
  /** Texts are turns of the tokenizer's chat template, and not made by the templates above. */
  chat: ChatTurns.nullable(),
  /**
   * `paper`: a prompt leaves room for the longest of its answers; `end`: only the end of a text is cut; `reference`: the
   * same, in a dataset whose prompts were cut pair by pair (features.cut).
   */
  promptCut: z.enum(['end', 'paper', 'reference']),
  specialTokens: z.boolean(),
  /** Null: 512, or the model's limit where that is smaller. */
  maxTokens: z.int().min(1).nullable(),
};

/**
 * Embeds the unique texts of one shard of a dataset with a Hugging Face model, into parts in the folder `work`: parts
 * that lie there whole are kept. `features.merge` makes feature stores of them.
 */
export const featuresExtract = defineOperation({
  name: 'features.extract',
  version: 4,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      dataset: z.string().min(1),
      work: z.string().min(1),
      shard: Shard,
      /** This process takes every `count`-th part of the shard, from the `index`-th on. */
      share: Shard,
      ...modelSource,
      ...renderingFields,
      /** JSON Lines of texts that stand in for the prompts where these are embedded alone; null: the prompts. */
      promptTexts: z.string().min(1).nullable(),
      outputs: z.array(FeatureOutput).min(1).max(64),
      /** Next-token entropies of the answers in the same pass, at these positions. */
      uncertainty: z
        .strictObject({ positions: z.enum(['all', 'response']) })
        .meta({ id: 'UncertaintyOutput' })
        .nullable(),
      storeDtype: z.enum(['float32', 'float16', 'bfloat16']),
      /** Tokens that go through the model together; null: chosen for the device. */
      tokenBudget: z.int().min(1).nullable(),
      /** Tokens of a part, roughly; null: about a minute's. */
      partTokens: z.int().min(1).nullable(),
      way: z.enum(['auto', 'tree', 'prefix-cache', 'buckets', 'singles']),
    })
    .meta({ id: 'FeaturesExtractParams' }),
  data: z
    .strictObject({
      /** SHA-256 of the plan that parts, shards and machines have in common. */
      plan: Digest,
      way: z.enum(['tree', 'prefix-cache', 'buckets', 'singles']),
      /** Parts of the whole dataset, of this share of the shard, and those of the latter that lay there whole. */
      parts: z.int().min(0),
      ownParts: z.int().min(0),
      keptParts: z.int().min(0),
      /** What went through the model now: real tokens, and positions with padding. */
      tokens: z.int().min(0),
      positions: z.int().min(0),
      /** Of the texts of this share, by token. */
      doubledTokens: z.array(DoubledToken),
      maxTokens: z.int().min(1),
      tokenBudget: z.int().min(1),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'FeaturesExtractData' }),
});
