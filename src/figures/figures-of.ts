import type { Arm } from '../evaluation/arms.ts';
import type { Comparison, Result } from '../evaluation/comparison.ts';
import type { CurveMetric } from '../evaluation/metrics/split-metrics.ts';
import { batchDiversity } from './batch-diversity.ts';
import type { Figure } from './figure.ts';
import { learningCurve } from './learning-curve.ts';
import { pairedDifferences } from './paired-differences.ts';
import { policyColours } from './palette.ts';
import { reliability } from './reliability.ts';
import { savingsProfile } from './savings-profile.ts';
import { uncertaintyDistance } from './uncertainty-distance.ts';

/** Figures of a report, by the section they belong to. */
export interface ReportFigures {
  readonly curves: readonly Figure[];
  readonly savings: readonly Figure[];
  readonly paired: readonly Figure[];
  readonly diversity: readonly Figure[];
  readonly calibration: readonly Figure[];
  readonly uncertainty: readonly Figure[];
}

/** Every figure of a comparison, on its primary split and `ood` where that was measured; `arms` are its runs. */
export function figuresOf(comparison: Comparison, arms: readonly Arm[]): ReportFigures {
  const { baseline } = comparison;
  const colours = policyColours(
    comparison.policies.map(({ policy }) => policy),
    baseline,
  );
  const primary = resultsFor(comparison, comparison.metric);
  const drawn = [
    comparison.metric,
    ...(['logLikelihood', 'accuracy'] as const).filter((metric) => metric !== comparison.metric),
  ];
  const versus = (draw: typeof savingsProfile): Figure[] =>
    baseline === null ? [] : primary.flatMap((result) => draw(result, baseline, colours) ?? []);
  return {
    curves: drawn
      .flatMap((metric) => resultsFor(comparison, metric))
      .map((result) => learningCurve(comparison, result, colours)),
    savings: versus(savingsProfile),
    paired: versus(pairedDifferences),
    diversity: hasBatches(arms) ? batchDiversity(arms, colours) : [],
    calibration: primary.map(({ split }) => reliability(arms, split, colours)),
    uncertainty: arms.flatMap((arm) => uncertaintyDistance(arm, colours) ?? []),
  };
}

function resultsFor(comparison: Comparison, metric: CurveMetric): Result[] {
  const splits = new Set([comparison.split, 'ood']);
  return comparison.results.filter((result) => result.metric === metric && splits.has(result.split));
}

const hasBatches = (arms: readonly Arm[]): boolean =>
  arms.some(({ runs }) => runs.some(({ rounds }) => rounds.some(({ batch }) => batch)));
