import { z } from 'zod';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { DropoutKind } from '../../protocol/posterior-kinds.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

const { rate, samples } = DropoutKind.shape;

/** One head under S fixed dropout masks. */
export const mcDropout = definePosterior({
  summary: 'one head under dropout masks that are held for a round',
  options: {
    dropout: z
      .strictObject({
        rate: rate.default(0.1).describe('mc-dropout: share of hidden units dropped'),
        samples: samples.default(5).describe('mc-dropout: masks, each a posterior sample'),
      })
      .prefault({}),
  },
  measures: SAMPLE_MEASURES,
  hasLatentSpace: true,
  ...TRAINED_IN_STEPS,
  request: ({ dropout }) => ({ type: 'mc-dropout', ...dropout }),
  heads: () => 1,
});
