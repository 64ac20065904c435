import { z } from 'zod';
import { isotonicFit } from './isotonic-fit.ts';
import { labelsToReach } from './labels-to-reach.ts';
import { bootstrapInterval } from './statistics/bootstrap-interval.ts';

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
export interface PairedCurves {
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
