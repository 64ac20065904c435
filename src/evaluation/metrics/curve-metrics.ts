import type { CurveMetric } from './split-metrics.ts';

/** What tables and axes say of a metric, and which way it improves. */
export interface CurveMetricTraits {
  readonly title: string;
  /** Unit for axis titles; null for a share in [0, 1]. */
  readonly unit: string | null;
  readonly better: 'higher' | 'lower';
}

export const CURVE_METRIC_TRAITS: Readonly<Record<CurveMetric, CurveMetricTraits>> = {
  logLikelihood: { title: 'log-likelihood', unit: 'nats per pair', better: 'higher' },
  accuracy: { title: 'accuracy', unit: null, better: 'higher' },
  brier: { title: 'Brier score', unit: null, better: 'lower' },
  ece: { title: 'calibration error', unit: null, better: 'lower' },
};

/** 1 when more of the metric is better, −1 when less is: metric × orientation always improves upwards. */
export const orientation = (metric: CurveMetric): 1 | -1 => (CURVE_METRIC_TRAITS[metric].better === 'higher' ? 1 : -1);
