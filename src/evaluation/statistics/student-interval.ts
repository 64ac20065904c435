import quantile from '@stdlib/stats-base-dists-t-quantile';
import { CONFIDENCE, type Estimate } from './estimate.ts';
import { mean } from './mean.ts';
import { standardError } from './standard-error.ts';

/** Mean over seeds with its Student interval (degrees of freedom: seeds − 1); no bounds below two seeds. */
export function studentInterval(values: readonly number[]): Estimate {
  const value = mean(values);
  if (values.length < 2) return { value, low: null, high: null };
  const half = quantile((1 + CONFIDENCE) / 2, values.length - 1) * standardError(values);
  return { value, low: value - half, high: value + half };
}
