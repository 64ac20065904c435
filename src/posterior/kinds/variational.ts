import { z } from 'zod';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { VariationalKind } from '../../protocol/posterior/variational.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

const { klWeight, samples } = VariationalKind.shape;

/** One head that gives a normal distribution of every response's reward. */
export const variational = definePosterior({
  type: 'variational',
  summary: 'one head that gives mean and variance of a reward',
  options: {
    variational: z
      .strictObject({
        klWeight: klWeight.default(0.05).describe('variational: weight of KL(N(μ, σ²) || N(0, 1)) in the loss'),
        samples: samples.default(5).describe('variational: samples of every reward'),
      })
      .prefault({}),
  },
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  ...TRAINED_IN_STEPS,
  fit: fitAs((options) => ({ type: 'variational', ...options.variational })),
  heads: () => 1,
});
