import { z } from 'zod';
import { measureOf } from '../context.ts';
import { drawBestOf } from '../kernels/draw-best-of.ts';
import { randomShare, withRandomShare } from '../kernels/with-random-share.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/**
 * The item of the largest measure of each of B disjoint groups of m random items: no kind of pair is picked more than
 * m times as often as at random, whatever the measure says. A pool of fewer than B·m items makes smaller groups.
 */
export const bestOf = definePolicy({
  name: 'best-of',
  summary: 'the items with the largest measure of random groups',
  options: z.strictObject({
    measure: measureOption,
    m: z.int().min(1).default(4).describe('items a group; 1: uniform draws'),
    randomShare,
  }),
  create: ({ measure, m, randomShare: share }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    ...(m > 1 && share === 0 && { neverPicks: `the ${m - 1} items of the smallest measure` }),
    select: async (context) => {
      const values = measureOf(context, measure);
      return withRandomShare(context, share, (part) => drawBestOf(part, { measure, values, group: m }));
    },
  }),
});
