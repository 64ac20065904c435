import { type Arm, type Arms, collectArms } from './arms.ts';
import { comparableSplits, primarySplit } from './comparable-splits.ts';
import { comparePolicies } from './compare-policies.ts';
import type { Comparison, Result } from './comparison.ts';
import { comparisonNotes } from './comparison-notes.ts';
import { CURVE_METRICS, type CurveMetric } from './metrics/split-metrics.ts';
import type { RunRecord } from './run-record.ts';
import { upperBound } from './upper-bound.ts';

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
