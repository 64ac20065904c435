import { z } from 'zod';
import { DEFAULT_METHOD } from './default-method.ts';
import { HeadConfig, TrainingConfig } from './head-settings.ts';
import { POSTERIOR_OPTIONS, POSTERIOR_TYPES, posteriorOf } from './index.ts';
import { NOISE_OPTIONS, NOISE_TYPES, noiseOf, noiseTypesThat } from './noise/index.ts';
import { noiseTypeOf } from './noise/noise-type-of.ts';

const NoiseConfig = z.strictObject({
  type: z
    .enum(['auto', ...NOISE_TYPES])
    .default('auto')
    .describe('how noisy the label of a pair is; auto: what suits posterior.type (docs/explanation/posterior.md)'),
  ...NOISE_OPTIONS,
});

/** The kinds that run a file of the user's, with the key that names it. */
const codeWords = (): string[] =>
  POSTERIOR_TYPES.flatMap((type) => {
    const { summary, customCode } = posteriorOf(type);
    return customCode === undefined ? [] : [`${type}: ${summary} (${customCode.key})`];
  });

/**
 * The posterior over reward functions, with the options of every kind. A head that is given has the paper's values for what
 * it leaves out; what head and training leave open as null is settled once the features are known (settleConfig).
 */
export const PosteriorConfig = z
  .strictObject({
    type: z
      .enum(POSTERIOR_TYPES)
      .default(DEFAULT_METHOD.posterior)
      .describe(['kind of posterior', ...codeWords()].join('; ')),
    noise: NoiseConfig.prefault({}),
    ...POSTERIOR_OPTIONS,
    head: HeadConfig.nullable()
      .default(null)
      .describe(
        'null: head and open settings of training follow feature width and labels (docs/explanation/posterior.md)',
      ),
    training: TrainingConfig.prefault({}),
  })
  .superRefine(({ head, ...options }, context) => {
    const { type } = options;
    const objection = posteriorOf(type).objection?.(options, head) ?? null;
    if (objection === null) return;
    const { path, needed } = objection;
    context.addIssue({ code: 'custom', path: [...path], message: `${needed} (because posterior.type is ${type})` });
  })
  .refine(
    ({ type, noise }) => posteriorOf(type).noiseChosenBy !== null || noiseOf(noiseTypeOf({ type, noise })).isPlain,
    {
      path: ['noise', 'type'],
      message: `${noiseTypesThat(({ isPlain }) => isPlain).join(' or ')} (because posterior.type has no place for a noise model)`,
    },
  )
  .refine(({ type, noise }) => !posteriorOf(type).needsConvexLoss || noiseOf(noiseTypeOf({ type, noise })).isConvex, {
    path: ['noise', 'type'],
    message: `${noiseTypesThat(({ isConvex }) => isConvex).join(' or ')} (because posterior.type needs a loss with one minimum)`,
  });
export type PosteriorConfig = z.infer<typeof PosteriorConfig>;
