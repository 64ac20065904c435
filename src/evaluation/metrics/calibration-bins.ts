import type { Labels } from '../../data/labels.ts';
import type { CalibrationBin } from './split-metrics.ts';

const BINS = 15;

/**
 * Equal-mass bins of the probability that a is preferred (the binary definition of torchmetrics: probability of one fixed
 * class against its frequency; a soft label counts with its own probability). Equal probabilities share a bin, so the
 * result does not depend on the order of items; bins left empty by that are dropped. Bins hold equally many items; their
 * means are weighted.
 */
export function calibrationBins(probabilities: Float64Array, labels: Labels): CalibrationBin[] {
  const order = Int32Array.from(probabilities.keys()).toSorted(
    (left, right) => at(probabilities, left) - at(probabilities, right),
  );
  const bins: CalibrationBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= BINS; bin++) {
    const end = afterTies(probabilities, order, Math.round((bin * order.length) / BINS));
    if (end > start) bins.push(summarise(probabilities, labels, order.subarray(start, end)));
    start = Math.max(start, end);
  }
  return bins;
}

const at = (values: Float64Array, index: number): number => values[index] as number;

/** First position from `end` on whose probability differs from the one before it. */
function afterTies(probabilities: Float64Array, order: Int32Array, end: number): number {
  let position = end;
  while (position > 0 && position < order.length && isTie(probabilities, order, position)) position++;
  return position;
}

const isTie = (probabilities: Float64Array, order: Int32Array, position: number): boolean =>
  at(probabilities, order[position] as number) === at(probabilities, order[position - 1] as number);

function summarise(probabilities: Float64Array, labels: Labels, items: Int32Array): CalibrationBin {
  let [confidence, preferred, total] = [0, 0, 0];
  let isWeighted = false;
  for (const item of items) {
    const weight = at(labels.weights, item);
    confidence += weight * at(probabilities, item);
    preferred += weight * at(labels.probabilities, item);
    total += weight;
    isWeighted ||= weight !== 1;
  }
  const bin = { confidence: confidence / total, frequency: preferred / total, count: items.length };
  return isWeighted ? { ...bin, weight: total } : bin;
}

/** Expected calibration error: weighted mean over items of |confidence − frequency| of the item's bin. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, bin) => sum + weightOf(bin), 0);
  return bins.reduce((sum, bin) => sum + (weightOf(bin) / total) * Math.abs(bin.confidence - bin.frequency), 0);
}

const weightOf = ({ weight, count }: CalibrationBin): number => weight ?? count;
