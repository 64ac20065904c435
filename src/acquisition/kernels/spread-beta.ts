import { moments } from '../../math/moments.ts';

/**
 * β over the standard deviation (ddof 0) of the logarithms of the weights that are not 0: a power of the weights, or a
 * multiple of them, then changes no probability. Where they do not vary beyond rounding β stands as it is.
 */
export function spreadBeta(beta: number, logarithms: Float64Array): number {
  const { mean, deviation } = moments(logarithms.filter((value) => value !== -Infinity));
  return deviation > ROUNDING * Math.max(1, Math.abs(mean)) ? beta / deviation : beta;
}

const ROUNDING = 1e-12;
