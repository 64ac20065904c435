import { z } from 'zod';
import { CURVE_METRICS } from './metrics/split-metrics.ts';
import { Saving } from './savings.ts';
import { Estimate } from './statistics/estimate.ts';
import { Verdict } from './verdict.ts';

/** Difference of a policy's area under the curve to the baseline's, paired by seed, in the metric's unit (policy − baseline). */
const PairedDifference = z.strictObject({
  bySeed: z.array(z.strictObject({ seed: z.int(), value: z.number() })),
  ...Estimate.shape,
  p: z.number(),
  pAdjusted: z.number(),
});
type PairedDifference = z.infer<typeof PairedDifference>;

/** A policy against the baseline in one metric on one split. */
export const AgainstBaseline = z.strictObject({
  difference: PairedDifference,
  verdict: Verdict,
  savings: z.array(Saving),
  savingsCharged: z.array(Saving),
  referenceSavings: z.number().nullable(),
});
export type AgainstBaseline = z.infer<typeof AgainstBaseline>;

/** One policy in one metric on one split: mean over its seeds with Student intervals; null where there is no baseline. */
export const PolicyResult = z.strictObject({
  policy: z.string(),
  seeds: z.array(z.int()),
  area: Estimate,
  final: Estimate,
  curve: z.array(Estimate),
  againstBaseline: AgainstBaseline.nullable(),
});
export type PolicyResult = z.infer<typeof PolicyResult>;

export const Result = z.strictObject({
  metric: z.enum(CURVE_METRICS),
  split: z.string(),
  policies: z.array(PolicyResult),
  /** Mean over runs on the same data that label the whole pool at once; null without any. */
  upperBound: Estimate.nullable(),
});
export type Result = z.infer<typeof Result>;

/** What `balpm compare --json` prints. `labels` and `labelsCharged` are the axis of every curve. */
export const Comparison = z.strictObject({
  schemaVersion: z.literal(1),
  baseline: z.string().nullable(),
  metric: z.enum(CURVE_METRICS),
  split: z.string(),
  labels: z.array(z.int()),
  labelsCharged: z.array(z.int()),
  policies: z.array(
    z.strictObject({ policy: z.string(), runs: z.array(z.strictObject({ run: z.string(), seed: z.int() })) }),
  ),
  results: z.array(Result),
  leftOut: z.array(z.strictObject({ run: z.string(), reason: z.string() })),
  notes: z.array(z.string()),
});
export type Comparison = z.infer<typeof Comparison>;
