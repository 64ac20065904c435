import { z } from 'zod';
import { measureOption } from '../measure-option.ts';
import { perturbedPicks } from '../perturbed-picks.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';
import { weightOf } from '../weight-of.ts';

/**
 * Draws without replacement with weights s/Σs, as the largest ln s + G, G standard Gumbel; items of weight 0 come when
 * nothing else is left, uniformly.
 */
export const sample = definePolicy({
  name: 'sample',
  summary: 'items drawn without replacement with probability proportional to the measure',
  options: z.strictObject({ measure: measureOption }),
  create: ({ measure }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = weightOf(context, measure);
      return perturbedPicks(context, {
        base: values.map(Math.log),
        beta: 1,
        terms: (position) => ({ [measure]: values[position]! }),
      });
    },
  }),
});
