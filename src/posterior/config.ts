import { z } from 'zod';
import { Activation, WeightInit } from '../protocol/shapes.ts';
import { POSTERIOR_OPTIONS, POSTERIOR_TYPES, posteriorOf } from './index.ts';
import { NOISE_OPTIONS, NOISE_TYPES, noiseOf } from './noise/index.ts';
import { noiseTypeOf } from './noise/noise-type-of.ts';

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

const NoiseConfig = z.strictObject({
  type: z
    .enum(['auto', ...NOISE_TYPES])
    .default('auto')
    .describe('how noisy the label of a pair is; auto: what suits posterior.type (docs/posterior.md)'),
  ...NOISE_OPTIONS,
});

/** The posterior over reward functions, with the options of every kind; defaults are the paper's (4096-d features). */
export const PosteriorConfig = z
  .strictObject({
    type: z
      .enum(POSTERIOR_TYPES)
      .default('deep-ensemble')
      .describe('kind of posterior; external: a class of your own (posterior.module)'),
    noise: NoiseConfig.prefault({}),
    ...POSTERIOR_OPTIONS,
    head: HeadConfig.prefault({}),
    training: TrainingConfig.prefault({}),
  })
  .refine(({ type, module }) => type !== 'external' || module !== null, {
    path: ['module'],
    message: 'path/to/file.py:Name (because posterior.type is external)',
  })
  .refine(
    ({ type, noise }) => posteriorOf(type).noiseChosenBy !== null || noiseTypeOf({ type, noise }) === 'constant',
    {
      path: ['noise', 'type'],
      message: 'constant (because posterior.type has no place for a noise model)',
    },
  )
  .refine(({ type, noise }) => !posteriorOf(type).needsConvexLoss || noiseOf(noiseTypeOf({ type, noise })).isConvex, {
    path: ['noise', 'type'],
    message: 'constant or distance (because posterior.type needs a loss with one minimum)',
  })
  .refine(({ type, head }) => type !== 'mc-dropout' || head.layers.length > 0, {
    path: ['head', 'layers'],
    message: 'a list with a hidden layer to drop units of (because posterior.type is mc-dropout)',
  })
  .refine(({ type, fineTuned }) => type !== 'fine-tuned' || fineTuned.model !== null, {
    path: ['fineTuned', 'model'],
    message: 'a model directory or hub id (because posterior.type is fine-tuned)',
  });
export type PosteriorConfig = z.infer<typeof PosteriorConfig>;
