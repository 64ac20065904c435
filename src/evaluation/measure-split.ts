import { BalpmError } from '../base/errors.ts';
import { MEASURES, type SampleMeasureName } from '../measures/index.ts';
import { type SampleStatistics, sampleStatistics } from '../measures/sample-statistics.ts';
import { calibrationBins } from './calibration-bins.ts';
import { calibrationError } from './calibration-error.ts';
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
  return {
    count: labels.length,
    logLikelihood: meanLogLikelihood(logits, samples, labels),
    accuracy: share(labels, (item) => preferredProbability(statistics, labels, item) >= 0.5),
    brier: brierScore(statistics, labels),
    ece: calibrationError(calibration),
    epistemic: meanMeasure(statistics, 'epistemic'),
    predictive: meanMeasure(statistics, 'predictive'),
    aleatoric: meanMeasure(statistics, 'aleatoric'),
    variance: meanMeasure(statistics, 'variance'),
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

const preferredProbability = ({ meanA, meanB }: SampleStatistics, labels: Int8Array, item: number): number =>
  (labels[item] === 1 ? meanA : meanB)[item] as number;

function share(labels: Int8Array, holds: (item: number) => boolean): number {
  let count = 0;
  for (let item = 0; item < labels.length; item++) if (holds(item)) count++;
  return count / labels.length;
}

/** Mean squared distance of p̄(a) from the label: the squared probability of the answer that was not preferred. */
function brierScore({ meanA, meanB }: SampleStatistics, labels: Int8Array): number {
  let sum = 0;
  for (let item = 0; item < labels.length; item++) sum += ((labels[item] === 1 ? meanB : meanA)[item] as number) ** 2;
  return sum / labels.length;
}

function meanMeasure(statistics: SampleStatistics, name: SampleMeasureName): number {
  const values = MEASURES[name].of(statistics);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
