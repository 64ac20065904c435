import { z } from 'zod';
import { modelSource } from '../model-source.ts';
import { defineOperation } from '../operation.ts';
import { setting } from '../setting.ts';
import { Digest } from '../text.ts';

/** One kind of feature: what is pooled over the tokens of a text, and of which hidden layer. */
export const FeatureOutput = z
  .strictObject({
    pooling: setting(
      z.enum(['auto', 'last-token', 'mean']),
      'auto (mean for encoders, last-token for causal models), last-token, mean',
      {
        value: '<how>',
        default: 'auto',
        details:
          '`last-token` is the state of the last real token, `mean` the mean over real tokens in float32. `auto` runs the model on two tokens to find which it is.',
      },
    ),
    layer: setting(
      z.int().min(0).nullable(),
      'hidden layer: last (after the final norm) or a number (0: the embeddings)',
      {
        value: '<which>',
        nullWord: 'last',
        most: 9999,
        details: 'A number is the state after that many blocks, before the final norm.',
      },
    ),
  })
  .meta({ id: 'FeatureOutput' });
export type FeatureOutput = z.infer<typeof FeatureOutput>;

/** Block `index` (from 1) of `count` blocks of equal numbers of parts. */
export const Shard = z.strictObject({ index: z.int().min(1), count: z.int().min(1) }).meta({ id: 'Shard' });
export type Shard = z.infer<typeof Shard>;

/** What a chat template is given beside prompts and answers. */
export const ChatTurns = z
  .strictObject({
    /** An empty one is left out where the template takes none; null: there is none. */
    system: setting(z.string().nullable(), 'system turn of a --template that is a chat, as ultrafeedback', {
      value: '<text>',
      usual: "the template's own",
      details: 'It is an error for a template that is not a chat.',
    }),
    /** The day (2024-07-26) that a template sees as today; null: the same for all, whatever day it is. */
    date: z.string().nullable(),
  })
  .meta({ id: 'ChatTurns' });
type ChatTurns = z.infer<typeof ChatTurns>;

/** A special token that stands twice, side by side, at the begin or the end of some texts. */
export const DoubledToken = z.strictObject({ token: z.string(), texts: z.int().min(1) }).meta({ id: 'DoubledToken' });
export type DoubledToken = z.infer<typeof DoubledToken>;

/** Positions whose entropies count: every one that is no padding, or those at which a token of the answer stands. */
export const entropyPositions = setting(
  z.enum(['all', 'response']),
  "all: every token of the text; response: the answer's tokens only",
  { value: '<which>', default: 'all' },
);

/** How prompts and answers become the texts a model reads. */
export const renderingFields = {
  promptTemplate: setting(z.string().min(1), 'text of a prompt; \\n is a new line', {
    value: '<text>',
    isMultiline: true,
    default: 'Instruction: {prompt}',
    details: 'Only `{prompt}` and `{response}` are filled in; other braces stay.',
  }),
  responseTemplate: setting(z.string().min(1), 'text of an answer and its prompt; \\n is a new line', {
    value: '<text>',
    isMultiline: true,
    default: 'Instruction: {prompt}\nResponse: {response}',
  }),
  /** Texts are turns of the tokenizer's chat template, and not made by the templates above. */
  chat: ChatTurns.nullable(),
  promptCut: setting(
    z.enum(['end', 'paper', 'reference']),
    'paper: a prompt leaves room for its longest answer; end: only the end is cut; reference: pair by pair, --out is a dataset of cut texts',
    {
      value: '<rule>',
      default: 'paper',
      details:
        'With `paper` and `end` one (prompt, answer) has one feature; with `reference` features depend on the pair.',
    },
  ),
  specialTokens: setting(z.boolean(), 'texts without the special tokens that the tokenizer adds', {
    default: true,
    details: 'A chat never has them twice: its template writes them.',
  }),
  maxTokens: setting(z.int().min(1).nullable(), 'tokens of a text, special ones included; the end is cut off', {
    value: '<n>',
    unit: 'tokens',
    usual: "512, or the model's limit if smaller",
  }),
};

/** What of the model's states is kept, and in which type. */
export const featureFields = {
  outputs: z.array(FeatureOutput).min(1).max(64),
  /** Next-token entropies of the answers in the same pass, at these positions. */
  uncertainty: z.strictObject({ positions: entropyPositions }).meta({ id: 'UncertaintyOutput' }).nullable(),
  storeDtype: setting(z.enum(['float32', 'float16', 'bfloat16']), 'type the store holds', {
    value: '<type>',
    default: 'float32',
    details: 'Features of a bfloat16 model lose nothing in bfloat16.',
  }),
};

/** How the texts go through the model, and how the work is divided. */
export const passFields = {
  tokenBudget: setting(z.int().min(1).nullable(), 'tokens that go through the model together, padding included', {
    value: '<n>',
    unit: 'tokens',
    usual: 'what suits the device',
    details: '4,096 on a CPU; on a GPU the largest power of two that fits, up to 131,072.',
  }),
  partTokens: setting(z.int().min(1).nullable(), 'tokens per part, roughly', {
    value: '<n>',
    unit: 'tokens',
    usual: 'about a minute of work',
  }),
  way: setting(
    z.enum(['auto', 'tree', 'prefix-cache', 'buckets', 'singles']),
    'how texts that begin alike are run (auto: the fastest that passes a check)',
    { value: '<which>', default: 'auto' },
  ),
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
      ...featureFields,
      ...passFields,
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
