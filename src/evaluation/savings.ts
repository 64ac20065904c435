import { z } from 'zod';
import { bootstrapInterval } from './statistics/bootstrap-interval.ts';
import { mean } from './statistics/student-interval.ts';

/** Shares of the baseline's total gain at which savings are stated. */
export const SAVINGS_SHARES = [0.5, 0.75, 0.9, 0.95] as const;

/**
 * Labels saved to reach a share of the baseline's total gain: s = 1 − n(policy)/n(baseline), negative when more are needed.
 * Where the policy never gets there `saved` is null and `atMost` is the most it can be; a null `low` means that the policy
 * does not get there in a noticeable part of the resamples. All null: the baseline gained nothing.
 */
export const Saving = z.strictObject({
  share: z.number(),
  saved: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  atMost: z.number().nullable(),
});
export type Saving = z.infer<typeof Saving>;

/** Curves of both arms by seed, same seeds in the same order, oriented so that up is better. */
interface PairedCurves {
  readonly labels: readonly number[];
  readonly policy: readonly (readonly number[])[];
  readonly baseline: readonly (readonly number[])[];
}

/** Savings at each share, from isotonic fits of the seed-mean curves; intervals from a bootstrap over seeds (pairs kept). */
export const savings = (curves: PairedCurves): Saving[] => SAVINGS_SHARES.map((share) => savingAt(curves, share));

function savingAt(curves: PairedCurves, share: number): Saving {
  const count = curves.policy.length;
  const whole = reach(curves, share, new Float64Array(count).fill(1 / count));
  if (whole.baseline === null) return { share, saved: null, low: null, high: null, atMost: null };
  const last = curves.labels.at(-1) as number;
  if (whole.policy === null) return { share, saved: null, low: null, high: null, atMost: 1 - last / whole.baseline };
  const interval = bootstrapInterval(count, (weights) => savedOf(reach(curves, share, weights)));
  const high = interval.high === null ? null : Math.min(1, interval.high);
  return { share, saved: interval.value, low: interval.low, high, atMost: null };
}

interface Reach {
  readonly policy: number | null;
  readonly baseline: number | null;
}

const savedOf = ({ policy, baseline }: Reach): number =>
  policy === null || baseline === null ? Number.NEGATIVE_INFINITY : 1 - policy / baseline;

function reach(curves: PairedCurves, share: number, weights: Float64Array): Reach {
  const baseline = isotonicFit(weightedMeanCurve(curves.baseline, weights));
  const policy = isotonicFit(weightedMeanCurve(curves.policy, weights));
  const start = baseline[0] as number;
  const gain = (baseline.at(-1) as number) - start;
  if (!(gain > 0)) return { policy: null, baseline: null };
  const level = start + share * gain;
  return {
    policy: labelsToReach(curves.labels, policy, level),
    baseline: labelsToReach(curves.labels, baseline, level),
  };
}

function weightedMeanCurve(curves: readonly (readonly number[])[], weights: Float64Array): Float64Array {
  const total = new Float64Array(curves[0]?.length ?? 0);
  curves.forEach((curve, seed) => {
    const weight = weights[seed] as number;
    if (weight > 0)
      for (let index = 0; index < total.length; index++) total[index]! += weight * (curve[index] as number);
  });
  return total;
}

/** Least-squares non-decreasing fit of a sequence, equal weights (pool adjacent violators). */
export function isotonicFit(values: ArrayLike<number>): Float64Array {
  const means = new Float64Array(values.length);
  const sizes = new Int32Array(values.length);
  let blocks = 0;
  for (let index = 0; index < values.length; index++) {
    means[blocks] = values[index] as number;
    sizes[blocks++] = 1;
    while (blocks > 1 && (means[blocks - 2] as number) >= (means[blocks - 1] as number))
      mergeLast(means, sizes, --blocks);
  }
  return spread(means, sizes, blocks, values.length);
}

function mergeLast(means: Float64Array, sizes: Int32Array, last: number): void {
  const left = sizes[last - 1] as number;
  const right = sizes[last] as number;
  means[last - 1] = ((means[last - 1] as number) * left + (means[last] as number) * right) / (left + right);
  sizes[last - 1] = left + right;
}

function spread(means: Float64Array, sizes: Int32Array, blocks: number, length: number): Float64Array {
  const fit = new Float64Array(length);
  let start = 0;
  for (let block = 0; block < blocks; block++) {
    const end = start + (sizes[block] as number);
    fit.fill(means[block] as number, start, end);
    start = end;
  }
  return fit;
}

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

/**
 * Labels at which a non-decreasing curve first reaches `level`, interpolated linearly in ln(labels).
 * The first point's labels when it is there from the start, null when it is never reached.
 */
export function labelsToReach(labels: readonly number[], fit: ArrayLike<number>, level: number): number | null {
  for (let index = 0; index < labels.length; index++) {
    const value = fit[index] as number;
    if (value < level) continue;
    if (index === 0) return labels[0] as number;
    const before = fit[index - 1] as number;
    const share = (level - before) / (value - before);
    return (labels[index - 1] as number) ** (1 - share) * (labels[index] as number) ** share;
  }
  return null;
}
