import { BalpmError } from '../base/errors.ts';
import { MEASURES, type SampleMeasureName } from '../measures/index.ts';
import { type SampleStatistics, sampleStatistics } from '../measures/sample-statistics.ts';
import { calibrationBins } from './calibration-bins.ts';
import { calibrationError } from './calibration-error.ts';
import { errorCorrelations } from './error-correlations.ts';
import { itemErrors } from './item-errors.ts';
import { meanLogLikelihood } from './mean-log-likelihood.ts';
import type { SplitMetrics } from './split-metrics.ts';

/**
 * Metrics of one split. `logits` are r(a) − r(b), row-major samples × N; `labels` (N) hold 1 where a is preferred and
 * 0 where b is. Everything is computed in float64.
 * @throws BalpmError (internal) when there are no items or the sizes do not fit.
 */
export function measureSplit(logits: Float32Array, samples: number, labels: Int8Array): SplitMetrics {
  checkSizes(logits, samples, labels);
  const statistics = sampleStatistics(logits, samples);
  const calibration = calibrationBins(statistics.meanA, labels);
  const errors = itemErrors(statistics, labels);
  const ties = statistics.meanA.filter((probability) => probability === 0.5).length;
  const hits = labels.length - errors.error.reduce((sum, missed) => sum + missed, 0) - ties / 2;
  return {
    count: labels.length,
    logLikelihood: meanLogLikelihood(logits, samples, labels),
    accuracy: hits / labels.length,
    ...(ties > 0 && { ties }),
    brier: mean(errors.brier),
    ece: calibrationError(calibration),
    epistemic: meanMeasure(statistics, 'epistemic'),
    predictive: meanMeasure(statistics, 'predictive'),
    aleatoric: meanMeasure(statistics, 'aleatoric'),
    variance: meanMeasure(statistics, 'variance'),
    spearman: errorCorrelations(statistics, errors),
    calibration,
  };
}

function checkSizes(logits: Float32Array, samples: number, labels: Int8Array): void {
  if (labels.length > 0 && samples >= 1 && logits.length === samples * labels.length) return;
  const found = `${logits.length} logits of ${samples} samples and ${labels.length} labels`;
  throw new BalpmError(
    'internal',
    `Cannot measure split: ${found}, samples × labels logits and at least one label are needed`,
  );
}

const meanMeasure = (statistics: SampleStatistics, name: SampleMeasureName): number =>
  mean(MEASURES[name].of(statistics));

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
