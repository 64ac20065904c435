import { z } from 'zod';
import { FORM_NAMES, FORM_VERSION, formsNamed } from '../../data/answer-form/names.ts';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { BayesianLinearKind } from '../../protocol/posterior/bayesian-linear.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';

const { rank, samples } = BayesianLinearKind.shape;

const areDistinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

/** Logistic regression on features and form, its prior chosen by the evidence of the labels: nothing validates. */
export const bayesianLinear = definePosterior({
  type: 'bayesian-linear',
  summary: 'a linear reward under a normal prior that the labels choose; needs no validation labels',
  options: {
    bayesianLinear: z
      .strictObject({
        samples: samples.default(32).describe('bayesian-linear: samples of the reward'),
        rank: rank
          .default(1024)
          .describe('bayesian-linear: directions of the features, those in which the pool’s answers differ most'),
        covariates: z
          .union(
            [z.literal('auto'), z.array(z.enum(FORM_NAMES)).refine(areDistinct, 'each at most once')],
            `auto or a list of ${FORM_NAMES.join(', ')}`,
          )
          .default('auto')
          .describe(
            `bayesian-linear: forms of the answers that the reward may depend on beside their features, of ${FORM_NAMES.join(', ')}; auto: all where the dataset has texts`,
          ),
      })
      .prefault({}),
  },
  fittedOn: 'data.store',
  labels: 'any',
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  noiseChosenBy: 'fit',
  hasTieModel: true,
  defaultNoise: 'distance',
  learnsFrom: { validation: false, pool: true },
  costGrowsWith: 'labels',
  needsConvexLoss: true,
  learnsInSteps: false,
  fit: fitAs(({ bayesianLinear: { samples: count, rank: most } }) => ({
    type: 'bayesian-linear',
    samples: count,
    rank: most,
  })),
  covariates: {
    key: 'posterior.bayesianLinear.covariates',
    named: ({ bayesianLinear: { covariates } }) => covariates,
  },
  heads: () => null,
  identity: ({ bayesianLinear: { covariates, ...chosen } }) => {
    const names = formsNamed(covariates);
    return { bayesianLinear: chosen, ...(names.length > 0 && { covariates: { version: FORM_VERSION, names } }) };
  },
});
