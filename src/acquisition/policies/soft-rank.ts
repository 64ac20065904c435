import { z } from 'zod';
import { largest } from '../../math/largest.ts';
import { measureOf } from '../context.ts';
import { drawPerturbed } from '../kernels/draw-perturbed.ts';
import { gumbelBeta } from '../kernels/gumbel-beta.ts';
import { randomShare, withRandomShare } from '../kernels/with-random-share.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** The B items of the largest −ln r + G/β, r the rank (1 best, ties by pool order): probability ∝ r^−β. */
export const softRank = definePolicy({
  name: 'soft-rank',
  summary: 'items drawn without replacement with probability proportional to a power of one over their rank',
  options: z.strictObject({
    measure: measureOption,
    beta: gumbelBeta.default(1).describe('exponent of the rank: the larger, the nearer to top-k'),
    randomShare,
  }),
  laterOptions: ['randomShare'],
  create: ({ measure, beta, randomShare: share }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      const ranks = ranksOf(values);
      const base = ranks.map((rank) => -Math.log(rank));
      const terms = (position: number) => ({ [measure]: values[position]!, rank: ranks[position]! });
      return withRandomShare(context, share, (part) => drawPerturbed(part, { base, beta, terms }));
    },
  }),
});

function ranksOf(values: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length);
  largest(values, values.length).forEach((position, index) => {
    ranks[position] = index + 1;
  });
  return ranks;
}
