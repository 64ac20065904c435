import { z } from 'zod';
import { SAMPLE_MEASURES } from '../../measures/index.ts';
import { DropoutKind } from '../../protocol/posterior/mc-dropout.ts';
import { fitAs } from '../fit-as.ts';
import { definePosterior } from '../posterior.ts';
import { TRAINED_IN_STEPS } from '../trained-in-steps.ts';

const { rate, samples } = DropoutKind.shape;

/** One head under S fixed dropout masks. */
export const mcDropout = definePosterior({
  type: 'mc-dropout',
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
  objection: (_options, head) =>
    head?.layers.length === 0
      ? { path: ['head', 'layers'], needed: 'a list with a hidden layer to drop units of' }
      : null,
  fit: fitAs(({ dropout }) => ({ type: 'mc-dropout', ...dropout })),
  heads: () => 1,
});
