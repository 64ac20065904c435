import { z } from 'zod';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { FineTunedKind } from '../../protocol/posterior/fine-tuned.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';
import { deepEnsemble } from './deep-ensemble.ts';

const { model, revision, dtype, responseTemplate, maxTokens, rank, alpha, targetModules, microBatch, tokenBudget } =
  FineTunedKind.shape;

const options = {
  members: deepEnsemble.options.members,
  fineTuned: z
    .strictObject({
      model: model.nullable().default(null).describe('fine-tuned: model directory or hub id of the language model'),
      revision: revision.default(null).describe('fine-tuned: branch, tag or commit of a hub model'),
      dtype: dtype.default('float32').describe('fine-tuned: type the model computes in'),
      responseTemplate: responseTemplate
        .default('Instruction: {prompt}\nResponse: {response}')
        .describe('fine-tuned: text of an answer and its prompt'),
      maxTokens: maxTokens.default(null).describe('fine-tuned: tokens of a text; null: 512, or the model’s limit'),
      rank: rank.default(8).describe('fine-tuned: rank of the LoRA adapters'),
      alpha: alpha
        .default(16)
        .describe('fine-tuned: scale of the adapters, α (their output is multiplied by α / rank)'),
      targetModules: targetModules.default(null).describe('fine-tuned: modules to adapt; null: every linear layer'),
      microBatch: microBatch.default(8).describe('fine-tuned: pairs in one pass while learning'),
      tokenBudget: tokenBudget.default(16384).describe('fine-tuned: tokens in one pass while scoring'),
    })
    .prefault({}),
};

/** LoRA adapters of one language model, a member each; it learns from texts, not from features. */
export const fineTuned = definePosterior({
  type: 'fine-tuned',
  summary: 'LoRA adapters of a language model, one a member',
  options,
  measures: SAMPLE_MEASURES,
  hasLatentSpace: false,
  ...TRAINED_IN_STEPS,
  costGrowsWith: null,
  objection: ({ fineTuned: chosen }) =>
    chosen.model === null ? { path: ['fineTuned', 'model'], needed: 'a model directory or hub id' } : null,
  fit: fitAs(({ members, fineTuned: chosen }, { dataset: { path, hash } }) => ({
    type: 'fine-tuned',
    members,
    dataset: path,
    datasetHash: hash,
    ...chosen,
    model: chosen.model ?? '',
  })),
  heads: () => null,
});
