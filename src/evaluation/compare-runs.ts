import { usageError } from '../base/errors.ts';
import { type Arm, type Arms, collectArms } from './arms.ts';
import { comparePolicies, type Question } from './compare-policies.ts';
import type { Comparison, Result } from './comparison.ts';
import { CURVE_METRICS, type CurveMetric } from './metrics/split-metrics.ts';
import type { RunRecord } from './run-record.ts';
import type { Estimate } from './statistics/estimate.ts';
import { studentInterval } from './statistics/student-interval.ts';

/** What a comparison is made against, and what its table shows first. */
export interface CompareOptions {
  /** Policy the others are compared with; `random` unless given. */
  readonly baseline?: string | undefined;
  /** Primary metric of the table; `logLikelihood` unless given. */
  readonly metric?: CurveMetric | undefined;
  /** Primary split of the table; `test` where there is one, else the first. */
  readonly split?: string | undefined;
}

/**
 * Compares policies over paired seeds, in every metric on every held-out split.
 * @throws BalpmError (usage) when runs were made under different conditions, none is finished, or the split is unknown.
 */
export function compareRuns(records: readonly RunRecord[], options: CompareOptions = {}): Comparison {
  const baselineName = options.baseline ?? 'random';
  const arms = collectArms(records, baselineName);
  const baseline = arms.arms.find((arm) => arm.policy === baselineName) ?? null;
  const splits = comparableSplits(arms.arms);
  const split = primarySplit(splits, options.split);
  return {
    schemaVersion: 1,
    baseline: baseline?.policy ?? null,
    metric: options.metric ?? 'logLikelihood',
    split,
    labels: [...arms.labels],
    labelsCharged: [...arms.labelsCharged],
    policies: arms.arms.map(({ policy, runs }) => ({ policy, runs: runs.map(({ id, seed }) => ({ run: id, seed })) })),
    results: resultsOf(arms, baseline, [split, ...splits.filter((name) => name !== split)]),
    leftOut: [...arms.leftOut],
    notes: comparisonNotes(arms.arms, baseline, baselineName),
  };
}

const resultsOf = (arms: Arms, baseline: Arm | null, splits: readonly string[]): Result[] =>
  splits.flatMap((split) =>
    CURVE_METRICS.map((metric) => ({
      metric,
      split,
      policies: comparePolicies(arms, baseline, { metric, split }),
      upperBound: upperBound(arms, { metric, split }),
    })),
  );

/** What labelling the whole pool at once comes to: mean over such runs with its Student interval, null without any. */
function upperBound({ upperBounds }: Arms, { metric, split }: Question): Estimate | null {
  const values = upperBounds.flatMap(({ rounds }) => rounds.at(-1)?.splits[split]?.[metric] ?? []);
  return values.length === 0 ? null : studentInterval(values);
}

/** What a reader must know of the seeds: policies without partners, and a missing baseline. */
function comparisonNotes(arms: readonly Arm[], baseline: Arm | null, baselineName: string): string[] {
  if (!baseline)
    return [`there is no finished run of '${baselineName}': differences, savings and verdicts are left out`];
  return arms.filter((arm) => arm !== baseline).flatMap((arm) => unpairedNote(arm, baseline));
}

function unpairedNote(arm: Arm, baseline: Arm): string[] {
  const missing = [...withoutPartner(arm, baseline), ...withoutPartner(baseline, arm)];
  if (missing.length === 0) return [];
  const verb = missing.length === 1 ? 'run has' : 'runs have';
  return [
    `${arm.policy} against ${baseline.policy}: ${missing.length} ${verb} no partner of the same seed, left out of this comparison (${missing.join(', ')})`,
  ];
}

function withoutPartner(arm: Arm, other: Arm): string[] {
  const seeds = new Set(other.runs.map((run) => run.seed));
  return arm.runs.filter((run) => !seeds.has(run.seed)).map((run) => `${arm.policy} seed ${run.seed}`);
}

/** Splits whose items depend on what was selected: a metric on them says nothing about which policy is better. */
const SELECTED_SPLITS = new Set(['pool', 'labelled']);

/** Held-out splits that every run measured in every round: test first, then ood, then the rest by name. */
function comparableSplits(arms: readonly Arm[]): string[] {
  const rounds = arms.flatMap((arm) => arm.runs.flatMap((run) => run.rounds));
  const names = Object.keys(rounds[0]?.splits ?? {}).filter((name) => !SELECTED_SPLITS.has(name));
  const everywhere = names.filter((name) => rounds.every((round) => name in round.splits));
  return everywhere.toSorted((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}

/** The split asked for, `test` by default, the first when there is no `test`. @throws BalpmError (usage) when unknown. */
function primarySplit(splits: readonly string[], wanted: string | undefined): string {
  const split = splits.includes(wanted ?? 'test') ? (wanted ?? 'test') : wanted === undefined ? splits[0] : undefined;
  if (split !== undefined) return split;
  const found = splits.length === 0 ? 'no held-out split was measured' : `the runs measured ${splits.join(', ')}`;
  throw usageError(
    `Cannot compare runs on split '${wanted ?? 'test'}': ${found}, a split measured by every run is needed`,
  );
}

const rank = (split: string): number => (split === 'test' ? 0 : split === 'ood' ? 1 : 2);
