import { BalpmError } from '../../base/errors.ts';
import type { Labels } from '../../data/labels.ts';
import { MEASURES, type SampleMeasureName } from '../../measures/index.ts';
import { type SampleStatistics, sampleStatistics } from '../../measures/sample-statistics.ts';
import { calibrationBins, calibrationError } from './calibration-bins.ts';
import { errorCorrelations } from './error-correlations.ts';
import { itemErrors } from './item-errors.ts';
import { meanLogLikelihood } from './mean-log-likelihood.ts';
import type { SplitMetrics } from './split-metrics.ts';

/**
 * Metrics of one split. `logits` are r(a) − r(b), row-major samples × N; `labels` (N) are all there. Everything is computed
 * in float64; of hard labels that weigh 1 each formula leaves the usual one, to the last bit.
 * @throws BalpmError (internal) when there are no items or the sizes do not fit.
 */
export function measureSplit(logits: Float32Array, samples: number, labels: Labels): SplitMetrics {
  const { probabilities, weights } = labels;
  checkSizes(logits, samples, probabilities.length);
  const statistics = sampleStatistics(logits, samples);
  const calibration = calibrationBins(statistics.meanA, labels);
  const errors = itemErrors(statistics, probabilities);
  const ties = statistics.meanA.map((probability) => (probability === 0.5 ? 1 : 0));
  const tied = sum(ties);
  const hits = sum(weights) - weightedSum(errors.error, weights) - weightedSum(ties, weights) / 2;
  return {
    count: probabilities.length,
    logLikelihood: meanLogLikelihood(logits, samples, labels),
    accuracy: hits / sum(weights),
    ...(tied > 0 && { ties: tied }),
    ...labelEntropy(labels),
    brier: weightedSum(errors.brier, weights) / sum(weights),
    ece: calibrationError(calibration),
    epistemic: meanMeasure(statistics, 'epistemic'),
    predictive: meanMeasure(statistics, 'predictive'),
    aleatoric: meanMeasure(statistics, 'aleatoric'),
    variance: meanMeasure(statistics, 'variance'),
    spearman: errorCorrelations(statistics, errors),
    calibration,
  };
}

function checkSizes(logits: Float32Array, samples: number, labels: number): void {
  if (labels > 0 && samples >= 1 && logits.length === samples * labels) return;
  const found = `${logits.length} logits of ${samples} samples and ${labels} labels`;
  throw new BalpmError(
    'internal',
    `Cannot measure split: ${found}, samples × labels logits and at least one label are needed`,
  );
}

/** Weighted mean of the entropy of labels, nats; nothing where all are hard. */
function labelEntropy({ probabilities, weights }: Labels): { labelEntropy?: number } {
  if (probabilities.every((p) => p === 0 || p === 1)) return {};
  return { labelEntropy: weightedSum(probabilities.map(entropyOf), weights) / sum(weights) };
}

const entropyOf = (p: number): number => (p === 0 || p === 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p));

const meanMeasure = (statistics: SampleStatistics, name: SampleMeasureName): number => {
  const values = MEASURES[name].of(statistics);
  return sum(values) / values.length;
};

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const weightedSum = (values: Float64Array, weights: Float64Array): number =>
  values.reduce((total, value, item) => total + value * (weights[item] as number), 0);
