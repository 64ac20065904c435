import quantile from '@stdlib/stats-base-dists-t-quantile';
import { CONFIDENCE, type Estimate } from './estimate.ts';

/** Mean over seeds with its Student interval (degrees of freedom: seeds − 1); no bounds below two seeds. */
export function studentInterval(values: readonly number[]): Estimate {
  const value = mean(values);
  if (values.length < 2) return { value, low: null, high: null };
  const half = quantile((1 + CONFIDENCE) / 2, values.length - 1) * standardError(values);
  return { value, low: value - half, high: value + half };
}

/** Arithmetic mean; NaN of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard error of the mean: sample standard deviation (n − 1) over √n. NaN below two values. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
