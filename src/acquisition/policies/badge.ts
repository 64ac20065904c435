import { z } from 'zod';
import { featuresOf, samplesOf } from '../context.ts';
import { drawPositions } from '../kernels/candidates.ts';
import { leaningOf } from '../kernels/leaning-of.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../policy.ts';

const options = z.strictObject({
  space: z
    .enum(['latent', 'pair'])
    .default('latent')
    .describe('x: φ(a) − φ(b) in the head’s last hidden layer, or in the features themselves'),
  candidates: z.int().min(1).default(4096).describe('items drawn at random that picks are chosen from'),
});

/**
 * BADGE: k-means++ seeding of the gradients (σ(z) − ŷ)·x the last layer would see if the model's own guess ŷ were the
 * label: long for uncertain items, in different directions for different ones. z is the first sample's logit.
 */
export const badge = definePolicy({
  name: 'badge',
  summary: 'BADGE: k-means++ over the gradients that the model’s own guesses would give',
  noInclusion: 'every draw depends on the ones before through distances: no probability in closed form',
  options,
  create: ({ space, candidates }) => ({
    needs: { ...NO_NEEDS, samples: true, features: space },
    select: (context) => select(context, candidates),
  }),
});

async function select(context: PolicyContext, most: number): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const drawn = drawPositions(context, context.pool.length, Math.max(most, context.batch));
  const candidates = drawn.map((position) => context.pool[position]!);
  const source = samplesOf(context);
  const scale = gradientScales(await source.logits(candidates), source.samples);
  const picks = Math.min(context.batch, candidates.length);
  const draws = Float64Array.from({ length: picks }, () => context.stream.uniform());
  const request = { candidates, centres: new Int32Array(0), picks, scale, draws };
  const { positions, values } = await featuresOf(context).spread(request);
  return Array.from(positions, (position, pick) => ({
    item: candidates[position]!,
    score: pick === 0 ? null : values[pick]!,
    terms: { slope: Math.abs(scale[position]!) },
  }));
}

/**
 * σ(z) − ŷ of the first sample's logit z, ŷ the side it prefers: it turns with the sides, as x does. Where z is 0 the
 * next sample decides on ŷ; where all are, a and b are alike and x is 0.
 */
function gradientScales(logits: Float32Array, samples: number): Float64Array {
  return Float64Array.from({ length: logits.length / samples }, (_, pair) => {
    const tail = Math.exp(-Math.abs(logits[pair]!));
    const slope = tail / (1 + tail);
    return leaningOf(logits, pair, samples) < 0 ? slope : -slope;
  });
}
