import { z } from 'zod';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { BayesianLinearKind } from '../../protocol/posterior-kinds.ts';
import { definePosterior } from '../posterior.ts';

const { rank, samples } = BayesianLinearKind.shape;

/** Logistic regression on the features, its prior chosen by the evidence of the labels: nothing validates. */
export const bayesianLinear = definePosterior({
  summary: 'a linear reward under a normal prior that the labels choose; needs no validation labels',
  options: {
    bayesianLinear: z
      .strictObject({
        samples: samples.default(32).describe('bayesian-linear: samples of the reward'),
        rank: rank
          .default(1024)
          .describe('bayesian-linear: directions of the features, those in which the pool’s answers differ most'),
      })
      .prefault({}),
  },
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  noiseChosenBy: 'fit',
  hasTieModel: true,
  defaultNoise: 'distance',
  learnsFrom: { validation: false, pool: true },
  costGrowsWith: 'labels',
  needsConvexLoss: true,
  learnsInSteps: false,
  request: ({ bayesianLinear: { samples: count, rank: most } }) => ({
    type: 'bayesian-linear',
    samples: count,
    rank: most,
  }),
  heads: () => null,
  identity: ({ bayesianLinear: chosen }) => ({ bayesianLinear: chosen }),
});
