import { largest } from '../../math/largest.ts';
import type { PolicyContext } from '../policy.ts';
import type { Drawn } from './drawn.ts';

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
 *
 * An item of weight w = exp(β · base) is drawn when its clock, an exponential variable exp(−β · key) of rate w, rings
 * before the B-th of the others, at τ: given their clocks with probability 1 − exp(−w·τ). That is the inclusion
 * probability told here (rank conditioning, Cohen and Kaplan 2007); the sum of x/π over a batch is unbiased given the
 * other clocks, hence unbiased. Weights of 0 are drawn with the probability of a uniform draw of what is missing.
 */
export function drawPerturbed(context: PolicyContext, { base, beta, terms }: Perturbation): Drawn {
  const noise = Float64Array.from(base, () => context.stream.gumbel() / beta);
  const keys = base.map((value, position) => value + noise[position]!);
  const first = largest(keys, context.batch + 1).filter((position) => keys[position] !== -Infinity);
  const weighty = first.subarray(0, context.batch);
  const missing = Math.min(context.batch, keys.length) - weighty.length;
  const positions = [...weighty, ...(missing > 0 ? drawWeightless(keys, noise, missing) : [])];
  const isDrawn = new Set(weighty);
  const uniform = missing > 0 ? missing / (keys.length - weighty.length) : 0;
  return { positions, describe: (asked) => asked.map(describe) };

  function describe(position: number) {
    const weightless = keys[position] === -Infinity;
    return {
      score: weightless ? null : keys[position]!,
      terms: { ...terms(position), ...(weightless ? {} : { base: base[position]! }), noise: noise[position]! },
      inclusion: weightless ? uniform : chanceBefore(position),
    };
  }

  /** 1 − exp(−w·τ); the B-th of the others is the one after the batch for an item in it, else its last. */
  function chanceBefore(position: number): number {
    if (context.batch === 0) return 0;
    const rival = first[isDrawn.has(position) ? context.batch : context.batch - 1];
    return rival === undefined ? 1 : -Math.expm1(-Math.exp(beta * (base[position]! - keys[rival]!)));
  }
}

/** Positions of keys of −inf, by the noise alone. */
function drawWeightless(keys: Float64Array, noise: Float64Array, count: number): Int32Array {
  return largest(
    keys.map((key, position) => (key === -Infinity ? noise[position]! : -Infinity)),
    count,
  );
}
