import { CURVE_METRICS, SPLIT_MEASURES, type SplitMetrics } from './split-metrics.ts';

const ERRORS = ['brier', 'error'] as const;

/**
 * The scalar metrics of a split by name, in a fixed order: metrics, means of the measures, then their correlations as
 * `spearman.ERROR.MEASURE` (null where undefined; none in runs that did not measure them), then `labelEntropy` of soft labels.
 */
export function metricValues(metrics: SplitMetrics): readonly (readonly [string, number | null])[] {
  const { spearman, labelEntropy } = metrics;
  const correlations = ERRORS.flatMap((error) =>
    SPLIT_MEASURES.map((measure) => [`spearman.${error}.${measure}`, spearman?.[error][measure] ?? null] as const),
  );
  return [
    ...[...CURVE_METRICS, ...SPLIT_MEASURES].map((name) => [name, metrics[name]] as const),
    ...(spearman === undefined ? [] : correlations),
    ...(labelEntropy === undefined ? [] : [['labelEntropy', labelEntropy] as const]),
  ];
}
