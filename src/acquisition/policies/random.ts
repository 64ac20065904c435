import { z } from 'zod';
import { drawWithoutReplacement } from '../../random/stream.ts';
import { definePolicy, NO_NEEDS } from '../policy.ts';

/** Uniform without replacement: what every other policy is compared with. */
export const random = definePolicy({
  name: 'random',
  summary: 'items drawn uniformly without replacement',
  options: z.strictObject({}),
  create: () => ({
    needs: NO_NEEDS,
    select: async ({ pool, batch, stream }) => {
      const inclusion = Math.min(1, batch / pool.length);
      return drawWithoutReplacement(stream, Array.from(pool), batch).map((item) => ({
        item,
        score: null,
        terms: {},
        inclusion,
      }));
    },
  }),
});
