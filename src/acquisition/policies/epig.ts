import { z } from 'zod';
import { largest } from '../../math/largest.ts';
import { measureOf, samplesOf, targetLogitsOf } from '../context.ts';
import { DETERMINISTIC } from '../deterministic.ts';
import { mostUncertain } from '../kernels/candidates.ts';
import { outcomeChances } from '../kernels/outcome-chances.ts';
import { sharedInformation } from '../kernels/shared-information.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../policy.ts';

const options = z.strictObject({
  candidates: z
    .int()
    .min(1)
    .default(4096)
    .describe('most uncertain items that are scored; no item’s score exceeds its epistemic uncertainty'),
});

/** EPIG: the items whose label tells most about the predictions on the pairs the model is judged on. */
export const epig = definePolicy({
  name: 'epig',
  summary: 'EPIG: what a label is expected to tell about the predictions on the evaluated pairs',
  noInclusion: DETERMINISTIC,
  options,
  create: ({ candidates }) => ({
    needs: { ...NO_NEEDS, measures: ['epistemic'], samples: true, targets: true },
    select: (context) => select(context, candidates),
  }),
});

async function select(context: PolicyContext, candidates: number): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const positions = mostUncertain(context, Math.max(candidates, context.batch));
  const source = samplesOf(context);
  const logits = await source.logits(positions.map((position) => context.pool[position]!));
  const targets = outcomeChances(await targetLogitsOf(source), source.samples);
  const scores = sharedInformation(outcomeChances(logits, source.samples), targets);
  const epistemic = measureOf(context, 'epistemic');
  return Array.from(largest(scores, context.batch), (candidate) => ({
    item: context.pool[positions[candidate]!]!,
    score: scores[candidate]!,
    terms: { epistemic: epistemic[positions[candidate]!]! },
  }));
}
