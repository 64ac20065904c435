import { z } from 'zod';
import { largest } from '../../math/largest.ts';
import { measureOf, picksByMeasure } from '../context.ts';
import { DETERMINISTIC } from '../deterministic.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** The B items of the largest measure, the earlier in the pool on ties; by epistemic uncertainty this is plain BALD. */
export const topK = definePolicy({
  name: 'top-k',
  summary: 'the items with the largest measure',
  noInclusion: DETERMINISTIC,
  options: z.strictObject({ measure: measureOption }),
  create: ({ measure }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      return picksByMeasure(context, { measure, values, positions: largest(values, context.batch) });
    },
  }),
});
