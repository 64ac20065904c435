import { moments } from '../../math/moments.ts';
import type { Bounds } from './anytime-interval.ts';

/** Fewer values than this say too little of their own spread. */
const LEAST = 10;
/** The interval is tightest at this many values. */
const TIGHTEST = 40;

/**
 * An asymptotic confidence sequence for the running mean of conditional means: Robbins' normal mixture with the spread of the
 * values in the place of the unknown one (Waudby-Smith et al. 2021, "Time-uniform central limit theory and asymptotic
 * confidence sequences", theorem 2.2 with ρ of its appendix B.2). It holds after every value at once with a probability that
 * tends to 1 − alpha or more as its start is put later; no bounds below 10 values.
 */
export function mixtureInterval(values: readonly number[], alpha: number): Bounds {
  const count = values.length;
  if (count < LEAST) return { low: null, high: null };
  const { mean, deviation } = moments(Float64Array.from(values));
  const spread = deviation * Math.sqrt(count / (count - 1));
  const tuning = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha)) + 1) / TIGHTEST; // ρ²
  const growth = count * tuning + 1;
  const half = spread * Math.sqrt(((2 * growth) / (count ** 2 * tuning)) * Math.log(Math.sqrt(growth) / alpha));
  return { low: mean - half, high: mean + half };
}
