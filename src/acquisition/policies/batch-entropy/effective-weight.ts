import { moments } from '../../../math/moments.ts';

/**
 * What h is multiplied by: beta, or with `spread` beta times the standard deviation (ddof 0) of U over the pool of
 * the round. When U does not vary beyond rounding there is nothing to weigh h against, and beta stands as it is; so it
 * does when the deviation is beyond what a number can hold.
 */
export function effectiveWeight(
  { beta, betaScale }: { readonly beta: number; readonly betaScale: 'absolute' | 'spread' },
  epistemic: Float64Array,
): number {
  if (betaScale === 'absolute') return beta;
  const { mean, deviation } = moments(epistemic);
  return deviation > ROUNDING * Math.abs(mean) && deviation < Infinity ? beta * deviation : beta;
}

const ROUNDING = 1e-12;
