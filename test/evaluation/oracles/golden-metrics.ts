import { readFileSync } from 'node:fs';
import type { Spread } from '../../../src/evaluation/metrics/batch-statistics.ts';
import type { ErrorCorrelations, SplitMetrics } from '../../../src/evaluation/metrics/split-metrics.ts';

/** Metrics as scikit-learn, scipy, torchmetrics and numpy give them; test/python/scenarios holds the file to them. */
interface GoldenMetrics {
  readonly splits: readonly {
    readonly logits: readonly (readonly number[])[];
    readonly labels: readonly number[];
    readonly metrics: Pick<SplitMetrics, 'logLikelihood' | 'accuracy' | 'brier' | 'ece'>;
    readonly spearman: ErrorCorrelations;
  }[];
  readonly columns: readonly {
    readonly left: readonly number[];
    readonly right: readonly number[];
    readonly spearman: number | null;
    readonly ranks: readonly number[];
    readonly spread: Spread;
  }[];
}

export const GOLDEN_METRICS = JSON.parse(
  readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8'),
) as GoldenMetrics;
