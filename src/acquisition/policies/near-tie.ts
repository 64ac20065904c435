import { z } from 'zod';
import { smallest } from '../../math/smallest.ts';
import { sampleStatistics } from '../../measures/sample-statistics.ts';
import { samplesOf } from '../context.ts';
import { DETERMINISTIC } from '../deterministic.ts';
import { onGrid } from '../kernels/on-grid.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../policy.ts';

/** The items whose mean prediction is nearest to even, |p̄ − ½|: uncertainty sampling by the smallest margin. */
export const nearTie = definePolicy({
  name: 'near-tie',
  summary: 'the items whose mean prediction is nearest to even',
  noInclusion: DETERMINISTIC,
  options: z.strictObject({}),
  create: () => ({ needs: { ...NO_NEEDS, samples: true }, select }),
});

async function select(context: PolicyContext): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const source = samplesOf(context);
  const { meanA, meanB } = sampleStatistics(await source.logits(context.pool), source.samples);
  // Not through H(p̄), which is flat where p̄ is even and loses half of the digits there.
  const margin = meanA.map((a, position) => onGrid(Math.abs(a - meanB[position]!) / 2));
  return Array.from(smallest(margin, context.batch), (position) => ({
    item: context.pool[position]!,
    score: -margin[position]!,
    terms: { margin: margin[position]! },
  }));
}
