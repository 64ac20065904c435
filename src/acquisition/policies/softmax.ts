import { z } from 'zod';
import { measureOf } from '../context.ts';
import { drawPerturbed } from '../kernels/draw-perturbed.ts';
import { gumbelBeta } from '../kernels/gumbel-beta.ts';
import { randomShare, withRandomShare } from '../kernels/with-random-share.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** The B items of the largest s + G/β, G standard Gumbel: draws without replacement with probability ∝ exp(β·s). */
export const softmax = definePolicy({
  name: 'softmax',
  summary: 'items drawn without replacement with probability proportional to exp(beta · measure)',
  options: z.strictObject({
    measure: measureOption,
    beta: gumbelBeta.default(10_000).describe('what the noise is divided by: the larger, the nearer to top-k'),
    randomShare,
  }),
  laterOptions: ['randomShare'],
  create: ({ measure, beta, randomShare: share }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      const terms = (position: number) => ({ [measure]: values[position]! });
      return withRandomShare(context, share, (part) => drawPerturbed(part, { base: values, beta, terms }));
    },
  }),
});
