import { type Arm, collectArms } from '../evaluation/arms.ts';
import { type CompareOptions, compareRuns } from '../evaluation/compare-runs.ts';
import type { Comparison } from '../evaluation/comparison.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import type { Figure } from '../figures/figure.ts';
import { figuresOf, type ReportFigures } from '../figures/figures-of.ts';

/** What a report says, in whatever format. */
export interface ReportContent {
  readonly comparison: Comparison;
  readonly arms: readonly Arm[];
  readonly figures: ReportFigures;
  /** The same figures in the order of the sections. */
  readonly drawn: readonly Figure[];
}

/** @throws BalpmError (usage) when the runs cannot be compared. */
export function reportContent(records: readonly RunRecord[], options: CompareOptions): ReportContent {
  const comparison = compareRuns(records, options);
  const { arms } = collectArms(records, options.baseline ?? 'random');
  const figures = figuresOf(comparison, arms);
  return { comparison, arms, figures, drawn: Object.values(figures).flat() as Figure[] };
}
