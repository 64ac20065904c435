import { z } from 'zod';
import { largest } from '../../math/largest.ts';
import { measureOf } from '../measure-of.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** The B items of the largest measure, the earlier in the pool on ties; by epistemic uncertainty this is plain BALD. */
export const topK = definePolicy({
  name: 'top-k',
  summary: 'the items with the largest measure',
  options: z.strictObject({
    measure: z
      .enum(['epistemic', 'predictive', 'aleatoric', 'variance', 'lru'])
      .default('epistemic')
      .describe('measure to rank by'),
  }),
  create: ({ measure }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      return Array.from(largest(values, context.batch), (position) => ({
        item: context.pool[position]!,
        score: values[position]!,
        terms: { [measure]: values[position]! },
      }));
    },
  }),
});
