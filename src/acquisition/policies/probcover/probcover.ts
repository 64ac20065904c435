import { z } from 'zod';
import { definePolicy, NO_NEEDS } from '../../policy.ts';
import { pickCovering } from './pick-covering.ts';

const options = z.strictObject({
  radius: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('δ, the distance in prompt features an item covers; null: as far as `reach` says'),
  reach: z
    .int()
    .min(1)
    .default(10)
    .describe('without a radius: δ is the median distance of a prompt to its reach-th nearest'),
  neighbours: z
    .int()
    .min(2)
    .default(64)
    .describe('prompts an item can cover at most, itself included: the nearest within δ'),
});

/** ProbCover: greedy maximum coverage; each pick covers the most items that nothing acquired covers yet. */
export const probcover = definePolicy({
  name: 'probcover',
  summary: 'ProbCover: the item with the most uncovered items within a radius of its prompt',
  noInclusion: 'greedy, and drawn once nothing is left to cover: no probability in closed form',
  options,
  create: (chosen) => ({
    needs: { ...NO_NEEDS, neighbours: Math.max(chosen.neighbours, chosen.reach + 1) },
    select: (context) => pickCovering(context, chosen),
  }),
});
