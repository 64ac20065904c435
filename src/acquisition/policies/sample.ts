import { z } from 'zod';
import { weightOf } from '../context.ts';
import { drawPerturbed } from '../kernels/draw-perturbed.ts';
import { randomShare, withRandomShare } from '../kernels/with-random-share.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/**
 * Draws without replacement with weights s/Σs, as the largest ln s + G, G standard Gumbel; items of weight 0 come when
 * nothing else is left, uniformly.
 */
export const sample = definePolicy({
  name: 'sample',
  summary: 'items drawn without replacement with probability proportional to the measure',
  options: z.strictObject({ measure: measureOption, randomShare }),
  laterOptions: ['randomShare'],
  create: ({ measure, randomShare: share }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = weightOf(context, measure);
      const base = values.map(Math.log);
      const terms = (position: number) => ({ [measure]: values[position]! });
      return withRandomShare(context, share, (part) => drawPerturbed(part, { base, beta: 1, terms }));
    },
  }),
});
