import { z } from 'zod';
import { DEFAULT_METHOD } from '../config/default-method.ts';
import { Activation, WeightInit } from '../protocol/shapes.ts';
import { POSTERIOR_OPTIONS, POSTERIOR_TYPES } from './index.ts';

const HeadConfig = z.strictObject({
  layers: z.array(z.int().min(1).max(65536)).max(8).default([2048, 256]).describe('widths of the hidden layers'),
  activation: Activation.default('tanh').describe('activation of the hidden layers'),
  init: WeightInit.default('normal').describe('distribution of the initial weights'),
  initScale: z
    .number()
    .min(0)
    .default(0.01)
    .describe('standard deviation (normal) or half-width (uniform) of initial weights'),
});

const TrainingConfig = z.strictObject({
  lr: z.number().gt(0).default(3e-5).describe('peak learning rate of AdamW'),
  beta1: z.number().min(0).lt(1).default(0.9).describe('AdamW beta 1'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('AdamW beta 2'),
  eps: z.number().gt(0).default(1e-8).describe('AdamW epsilon'),
  weightDecay: z.number().min(0).default(0).describe('AdamW decoupled weight decay'),
  clipNorm: z.number().gt(0).default(1).describe('gradient norm a member is clipped to'),
  warmupSteps: z.int().min(0).default(5).describe('steps of linear warm-up before the linear decay to 0'),
  batch: z.int().min(1).default(32).describe('pairs an optimiser step'),
  epochs: z.int().min(1).default(4).describe('passes over the labelled pairs at most'),
  evalEvery: z.int().min(1).default(100).describe('steps between two validations (epoch ends are validated too)'),
  patience: z.int().min(1).default(3).describe('validations without strict improvement before a member stops'),
});

/**
 * The posterior over reward functions, with the options of every kind. A head or training that is given at all has the
 * paper's values for what it leaves out; one that is not given is settled once the features are known.
 */
export const PosteriorConfig = z
  .strictObject({
    type: z
      .enum(POSTERIOR_TYPES)
      .default(DEFAULT_METHOD.posterior)
      .describe('kind of posterior; external: a class of your own (posterior.module)'),
    ...POSTERIOR_OPTIONS,
    head: HeadConfig.nullable().default(null).describe('null: by feature width and labels (docs/posterior.md); given in part, the rest is as listed'),
    training: TrainingConfig.nullable().default(null).describe('null: by feature width and labels (docs/posterior.md); given in part, the rest is as listed'),
  })
  .refine(({ type, module }) => type !== 'external' || module !== null, {
    path: ['module'],
    message: 'path/to/file.py:Name (because posterior.type is external)',
  })
  .refine(({ type, head }) => type !== 'mc-dropout' || head?.layers.length !== 0, {
    path: ['head', 'layers'],
    message: 'a list with a hidden layer to drop units of (because posterior.type is mc-dropout)',
  })
  .refine(({ type, fineTuned }) => type !== 'fine-tuned' || fineTuned.model !== null, {
    path: ['fineTuned', 'model'],
    message: 'a model directory or hub id (because posterior.type is fine-tuned)',
  });
export type PosteriorConfig = z.infer<typeof PosteriorConfig>;

/** Head and training of a run. */
export interface HeadSettings {
  readonly head: z.infer<typeof HeadConfig>;
  readonly training: z.infer<typeof TrainingConfig>;
}

/** The paper's head and training. */
export const PAPER_SETTINGS: HeadSettings = { head: HeadConfig.parse({}), training: TrainingConfig.parse({}) };
