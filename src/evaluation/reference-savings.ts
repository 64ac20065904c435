import { mean } from './statistics/mean.ts';

/** Rounds in the reference's trailing mean. */
const WINDOW = 3;

/**
 * Labels saved as the reference's plots state it, for comparison with the paper only: curves smoothed by a trailing mean
 * over three rounds, averaged over seeds; 1 − index/length at the first index above the baseline's last value. It has no
 * interval and finds savings between identical policies. Curves are oriented so that up is better; null when never above.
 */
export function referenceSavings(
  policy: readonly (readonly number[])[],
  baseline: readonly (readonly number[])[],
): number | null {
  const curve = smoothedMean(policy);
  const target = smoothedMean(baseline).at(-1) ?? Number.NaN;
  const index = curve.findIndex((value) => value > target);
  return index < 0 ? null : 1 - index / curve.length;
}

const smoothedMean = (curves: readonly (readonly number[])[]): number[] =>
  (curves[0] ?? []).map((_, index) => mean(curves.map((curve) => trailingMean(curve, index))));

const trailingMean = (curve: readonly number[], index: number): number =>
  mean(curve.slice(Math.max(0, index - WINDOW + 1), index + 1));
