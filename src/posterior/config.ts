import { z } from 'zod';
import { Activation, WeightInit } from '../protocol/shapes.ts';
import { DEFAULT_METHOD } from './default-method.ts';
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

/** A setting of training: null leaves it to what suits the features and the number of labels. */
const open = <Setting extends z.ZodNumber>(setting: Setting, sentence: string) =>
  setting.nullable().default(null).describe(`${sentence}; null: by the head, or feature width and labels`);

const NoiseConfig = z.strictObject({
  type: z
    .enum(['auto', ...NOISE_TYPES])
    .default('auto')
    .describe('how noisy the label of a pair is; auto: what suits posterior.type (docs/explanation/posterior.md)'),
  ...NOISE_OPTIONS,
});

const TrainingConfig = z.strictObject({
  lr: open(z.number().gt(0), 'peak learning rate of AdamW'),
  beta1: open(z.number().min(0).lt(1), 'AdamW beta 1'),
  beta2: open(z.number().min(0).lt(1), 'AdamW beta 2'),
  eps: open(z.number().gt(0), 'AdamW epsilon'),
  weightDecay: open(z.number().min(0), 'AdamW decoupled weight decay'),
  clipNorm: open(z.number().gt(0), 'gradient norm a member is clipped to'),
  warmupSteps: open(z.int().min(0), 'steps of linear warm-up before the linear decay to 0'),
  batch: open(z.int().min(1), 'pairs an optimiser step'),
  epochs: open(z.int().min(1), 'passes over the labelled pairs at most'),
  evalEvery: open(z.int().min(1), 'steps between two validations (epoch ends are validated too)'),
  patience: open(z.int().min(1), 'validations without strict improvement before a member stops'),
});
type TrainingConfig = z.infer<typeof TrainingConfig>;

/**
 * The posterior over reward functions, with the options of every kind. A head that is given has the paper's values for what
 * it leaves out; what head and training leave open as null is settled once the features are known (settleConfig).
 */
export const PosteriorConfig = z
  .strictObject({
    type: z
      .enum(POSTERIOR_TYPES)
      .default(DEFAULT_METHOD.posterior)
      .describe('kind of posterior; external: a class of your own (posterior.module)'),
    noise: NoiseConfig.prefault({}),
    ...POSTERIOR_OPTIONS,
    head: HeadConfig.nullable()
      .default(null)
      .describe(
        'null: head and open settings of training follow feature width and labels (docs/explanation/posterior.md)',
      ),
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
  readonly training: { readonly [Setting in keyof TrainingConfig]: NonNullable<TrainingConfig[Setting]> };
}

/** The paper's head and training. */
export const PAPER_SETTINGS: HeadSettings = {
  head: HeadConfig.parse({}),
  training: {
    lr: 3e-5,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    clipNorm: 1,
    warmupSteps: 5,
    batch: 32,
    epochs: 4,
    evalEvery: 100,
    patience: 3,
  },
};
