import cdf from '@stdlib/stats-base-dists-t-cdf';
import { mean } from './statistics/mean.ts';
import { standardError } from './statistics/standard-error.ts';

/** Two-sided p value of the hypothesis that paired differences have mean zero (df = pairs − 1); 1 when it cannot be tested. */
export function pairedTTest(differences: readonly number[]): number {
  if (differences.length < 2 || differences.every((difference) => difference === 0)) return 1;
  const error = standardError(differences);
  if (error === 0) return 0;
  return 2 * cdf(-Math.abs(mean(differences) / error), differences.length - 1);
}
