import { largest } from '../math/largest.ts';
import type { Pick, PolicyContext } from './policy.ts';

/** What is perturbed at every position of the pool, how strongly, and what else explains a pick. */
export interface Perturbation {
  /** Logarithm of a weight, or any score; −inf stands for a weight of 0. */
  readonly base: Float64Array;
  /** What the noise is divided by. */
  readonly beta: number;
  /** Terms of a pick beside `base` and `noise`. */
  readonly terms: (position: number) => Readonly<Record<string, number>>;
}

/**
 * The B positions of the largest base + G/β, G standard Gumbel, drawn in pool order: items drawn one by one without
 * replacement, each with probability ∝ exp(β · base) among those left. Weights of 0 come last, in uniform order.
 */
export function perturbedPicks(context: PolicyContext, { base, beta, terms }: Perturbation): readonly Pick[] {
  const noise = Float64Array.from(base, () => context.stream.gumbel() / beta);
  const keys = base.map((value, position) => value + noise[position]!);
  return Array.from(largestWeightlessLast(keys, noise, context.batch), (position) => {
    const weightless = keys[position] === -Infinity;
    return {
      item: context.pool[position]!,
      score: weightless ? null : keys[position]!,
      terms: { ...terms(position), ...(weightless ? {} : { base: base[position]! }), noise: noise[position]! },
    };
  });
}

/** Positions of the largest keys; where they are −inf the noise alone decides. */
function largestWeightlessLast(keys: Float64Array, noise: Float64Array, count: number): readonly number[] {
  const drawn = largest(keys, count).filter((position) => keys[position] !== -Infinity);
  const missing = Math.min(count, keys.length) - drawn.length;
  const weightless = keys.map((key, position) => (key === -Infinity ? noise[position]! : -Infinity));
  return [...drawn, ...(missing > 0 ? largest(weightless, missing) : [])];
}
