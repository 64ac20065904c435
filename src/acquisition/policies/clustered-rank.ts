import { z } from 'zod';
import { measureOf } from '../context.ts';
import { DETERMINISTIC } from '../deterministic.ts';
import { rankByGroup } from '../kernels/rank-by-group.ts';
import { measureOption } from '../measure-option.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** The B items of the largest measure, at most one of each group (by default, of each prompt) while groups last. */
export const clusteredRank = definePolicy({
  name: 'clustered-rank',
  summary: 'the items with the largest measure, at most one a group',
  noInclusion: DETERMINISTIC,
  options: z.strictObject({ measure: measureOption }),
  create: ({ measure }) => ({
    needs: { ...NO_NEEDS, measures: [measure] },
    select: async (context) => {
      const values = measureOf(context, measure);
      return rankByGroup(context, values).map(({ position, pass }) => ({
        item: context.pool[position]!,
        score: values[position]!,
        terms: { [measure]: values[position]!, pass },
      }));
    },
  }),
});
