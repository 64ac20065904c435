import cdf from '@stdlib/stats-base-dists-t-cdf';
import { bootstrapInterval } from './statistics/bootstrap-interval.ts';
import type { Estimate } from './statistics/estimate.ts';
import { mean, standardError } from './statistics/student-interval.ts';
import { decideVerdict, type Verdict } from './verdict.ts';

/** Mean difference over seeds with its interval, the p values behind it, and what follows from them. */
export interface Judgement {
  readonly interval: Estimate;
  readonly p: number;
  readonly pAdjusted: number;
  readonly verdict: Verdict;
}

/**
 * Judges each policy from its differences to the baseline, one a seed, all in one family (Holm).
 * `sign` is 1 where a larger metric is better and −1 where a smaller one is. A policy without differences gets null.
 */
export function judgeDifferences(differences: readonly (readonly number[])[], sign: 1 | -1): (Judgement | null)[] {
  const tested = differences.filter((values) => values.length > 0);
  const adjusted = holm(tested.map(pairedTTest));
  return differences.map((values) =>
    values.length > 0 ? judge(values, adjusted[tested.indexOf(values)] as number, sign) : null,
  );
}

function judge(differences: readonly number[], pAdjusted: number, sign: 1 | -1): Judgement {
  const interval = bootstrapInterval(differences.length, (weights) => weightedMean(differences, weights));
  const verdict = decideVerdict({ gain: orient(interval, sign), pAdjusted, seeds: differences.length });
  return { interval, p: pairedTTest(differences), pAdjusted, verdict };
}

function weightedMean(values: readonly number[], weights: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] as number) * (weights[index] as number);
  return sum;
}

const orient = ({ value, low, high }: Estimate, sign: 1 | -1): Estimate =>
  sign === 1 ? { value, low, high } : { value: -value, low: negate(high), high: negate(low) };

const negate = (value: number | null): number | null => (value === null ? null : -value);

/** Holm's step-down adjusted p values, in the order given: reject at α where the adjusted value is ≤ α. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((left, right) => left.p - right.p);
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/** Two-sided p value of the hypothesis that paired differences have mean zero (df = pairs − 1); 1 when it cannot be tested. */
export function pairedTTest(differences: readonly number[]): number {
  if (differences.length < 2 || differences.every((difference) => difference === 0)) return 1;
  const error = standardError(differences);
  if (error === 0) return 0;
  return 2 * cdf(-Math.abs(mean(differences) / error), differences.length - 1);
}
