import { z } from 'zod';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { LaplaceKind } from '../../protocol/posterior/laplace.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

const { priorPrecision, samples } = LaplaceKind.shape;

/** One head whose last layer has a normal distribution in closed form. */
export const laplace = definePosterior({
  type: 'laplace',
  summary: 'one head, and a normal distribution over its last layer',
  options: {
    laplace: z
      .strictObject({
        priorPrecision: priorPrecision
          .default(1)
          .describe('laplace: precision of the normal prior of every weight of the last layer; 0: no prior'),
        samples: samples.default(20).describe('laplace: samples of the last layer'),
      })
      .prefault({}),
  },
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  ...TRAINED_IN_STEPS,
  needsConvexLoss: true,
  fit: fitAs((options) => ({ type: 'laplace', ...options.laplace })),
  heads: () => 1,
});
