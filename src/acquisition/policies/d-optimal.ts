import { z } from 'zod';
import { sampleStatistics } from '../../measures/sample-statistics.ts';
import { featuresOf, samplesOf } from '../context.ts';
import { drawPositions } from '../kernels/candidates.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../policy.ts';

const options = z.strictObject({
  space: z
    .enum(['latent', 'pair'])
    .default('latent')
    .describe('x: φ(a) − φ(b) in the head’s last hidden layer, or in the features themselves'),
  weights: z
    .enum(['fisher', 'equal'])
    .default('fisher')
    .describe('what an item’s x·xᵀ weighs: p̄(1 − p̄), which makes the sum the Fisher information, or 1'),
  ridge: z.number().positive().default(1).describe('the information matrix starts as this many times the identity'),
  candidates: z.int().min(1).default(4096).describe('items drawn at random that picks are chosen from'),
});
type DOptimal = z.output<typeof options>;

/** Greedy D-optimal design: each pick adds most to ln det of the information, beginning with that of the acquired items. */
export const dOptimal = definePolicy({
  name: 'd-optimal',
  summary: 'greedy D-optimal design: the largest growth of ln det of the last layer’s information',
  noInclusion: 'greedy among candidates, drawn where the pool is large: no probability in closed form',
  options,
  create: (chosen) => ({
    needs: { ...NO_NEEDS, samples: chosen.weights === 'fisher', features: chosen.space },
    select: (context) => select(context, chosen),
  }),
});

async function select(context: PolicyContext, chosen: DOptimal): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const drawn = drawPositions(context, context.pool.length, Math.max(chosen.candidates, context.batch));
  const candidates = drawn.map((position) => context.pool[position]!);
  // In one order, whatever they were acquired in: sums are the same to the last bit then.
  const known = context.acquired.slice().sort();
  const [weights, knownWeights] = [
    await weightsOf(candidates, context, chosen),
    await weightsOf(known, context, chosen),
  ];
  const request = { candidates, weights, known, knownWeights, ridge: chosen.ridge, picks: context.batch };
  const { positions, values } = await featuresOf(context).logDet(request);
  return Array.from(positions, (position, pick) => ({
    item: candidates[position]!,
    score: values[pick]!,
    terms: { weight: weights[position]! },
  }));
}

/** p̄(1 − p̄), or 1. */
async function weightsOf(items: Int32Array, context: PolicyContext, { weights }: DOptimal): Promise<Float64Array> {
  if (weights === 'equal' || items.length === 0) return new Float64Array(items.length).fill(1);
  const source = samplesOf(context);
  const { meanA, meanB } = sampleStatistics(await source.logits(items), source.samples);
  return meanA.map((a, position) => a * meanB[position]!);
}
