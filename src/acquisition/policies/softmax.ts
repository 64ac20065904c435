import { z } from 'zod';
import { gumbelBeta } from '../gumbel-beta.ts';
import { measureOf } from '../measure-of.ts';
import { measureOption } from '../measure-option.ts';
import { perturbedPicks } from '../perturbed-picks.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** The B items of the largest s + G/β, G standard Gumbel: draws without replacement with probability ∝ exp(β·s). */
export const softmax = definePolicy({
  name: 'softmax',
  summary: 'items drawn without replacement with probability proportional to exp(beta · measure)',
  options: z.strictObject({
    measure: measureOption,
    beta: gumbelBeta.default(10_000).describe('what the noise is divided by: the larger, the nearer to top-k'),
  }),
  create: ({ measure, beta }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      return perturbedPicks(context, { base: values, beta, terms: (position) => ({ [measure]: values[position]! }) });
    },
  }),
});
