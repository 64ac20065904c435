import { z } from 'zod';
import { largest } from '../../math/largest.ts';
import { smallest } from '../../math/smallest.ts';
import { measureOf, picksByMeasure } from '../context.ts';
import { DETERMINISTIC } from '../deterministic.ts';
import { definePolicy, type MeasureName, NO_NEEDS } from '../policy.ts';

/** The B items of the largest (or smallest) value of a column that came with the data, the earlier in the pool on ties. */
export const llmUncertainty = definePolicy({
  name: 'llm-uncertainty',
  summary: 'the items with the highest or lowest next-token entropy of a language model',
  noInclusion: DETERMINISTIC,
  options: z.strictObject({
    column: z
      .string()
      .min(1)
      .default('entropy_both_mean')
      .describe('column (data.columns) that holds the entropy of an item'),
    direction: z.enum(['high', 'low']).default('high').describe('which end of the column is picked'),
  }),
  create: ({ column, direction }) => {
    const measure: MeasureName = `external:${column}`;
    const first = direction === 'high' ? largest : smallest;
    return {
      needs: { ...NO_NEEDS, measures: [measure] },
      select: async (context) => {
        const values = measureOf(context, measure);
        return picksByMeasure(context, { measure, values, positions: first(values, context.batch) });
      },
    };
  },
});
