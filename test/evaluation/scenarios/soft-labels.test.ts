import { describe, expect, test } from 'vitest';
import { labelOf } from '../../../src/data/label.ts';
import { hardLabels, type Labels, labelsFrom } from '../../../src/data/labels.ts';
import { measureSplit } from '../../../src/evaluation/metrics/measure-split.ts';
import { metricValues } from '../../../src/evaluation/metrics/metric-values.ts';
import { SplitMetrics } from '../../../src/evaluation/metrics/split-metrics.ts';
import { averageRanks } from '../../../src/math/average-ranks.ts';
import { rankCorrelation } from '../../../src/math/rank-correlation.ts';
import { MEASURES } from '../../../src/measures/index.ts';
import { sampleStatistics } from '../../../src/measures/sample-statistics.ts';
import { openStream } from '../../../src/random/stream.ts';

const SAMPLES = 4;
const ITEMS = 301;
const stream = openStream(['soft-labels']);
const logits = Float32Array.from({ length: SAMPLES * ITEMS }, () => 2 * stream.normal());
/** Tenths and whole weights, so that a label is as many hard ones; sure ones and ties among them. */
const tenths = Array.from({ length: ITEMS }, () => stream.below(11));
const weights = Array.from({ length: ITEMS }, () => 1 + stream.below(3));
const soft = labelsFrom(tenths.map((tenth, item) => labelOf(tenth / 10, weights[item])));
const sides = Array.from({ length: ITEMS }, () => stream.below(2));

/** p̄(a) of an item, written down plainly. */
const meanOf = (item: number): number => {
  let sum = 0;
  for (let sample = 0; sample < SAMPLES; sample++) sum += 1 / (1 + Math.exp(-logits[sample * ITEMS + item]!));
  return sum / SAMPLES;
};
const items = [...tenths.keys()];
const total = weights.reduce((sum, weight) => sum + weight, 0);
const weighted = (valueOf: (p: number, mean: number) => number): number =>
  items.reduce((sum, item) => sum + weights[item]! * valueOf(tenths[item]! / 10, meanOf(item)), 0) / total;

describe('measureSplit() of soft and weighted labels', () => {
  const metrics = measureSplit(logits, SAMPLES, soft);

  test('equals the definitions written down item by item', () => {
    expect(metrics.count).toBe(ITEMS);
    expect(metrics.logLikelihood).toBeCloseTo(
      weighted((p, mean) => p * Math.log(mean) + (1 - p) * Math.log(1 - mean)),
      12,
    );
    expect(metrics.accuracy).toBeCloseTo(
      weighted((p, mean) => (mean > 0.5 ? p : 1 - p)),
      12,
    );
    expect(metrics.brier).toBeCloseTo(
      weighted((p, mean) => (mean - p) ** 2),
      12,
    );
    expect(metrics.labelEntropy).toBeCloseTo(
      weighted((p) => (p % 1 === 0 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p))),
      12,
    );
  });

  test('are as many hard ones to log-likelihood and accuracy', () => {
    const copies = items.flatMap((item) =>
      Array.from({ length: 10 * weights[item]! }, (_value, copy) => ({
        item,
        side: copy < tenths[item]! * weights[item]! ? 1 : 0,
      })),
    );
    const repeated = Float32Array.from(
      Array.from({ length: SAMPLES }, (_value, sample) =>
        copies.map(({ item }) => logits[sample * ITEMS + item]!),
      ).flat(),
    );
    const hard = measureSplit(repeated, SAMPLES, hardLabels(copies.map(({ side }) => side)));
    expect(metrics.logLikelihood).toBeCloseTo(hard.logLikelihood, 11);
    expect(metrics.accuracy).toBeCloseTo(hard.accuracy, 11);
  });

  test('have a calibration error of weighted means in bins of equally many items', () => {
    const sorted = items.toSorted((left, right) => meanOf(left) - meanOf(right));
    const edges = Array.from({ length: 16 }, (_value, bin) => Math.round((bin * ITEMS) / 15));
    const gaps = edges.slice(1).map((end, bin) => {
      const members = sorted.slice(edges[bin], end);
      return (
        Math.abs(members.reduce((sum, item) => sum + weights[item]! * (meanOf(item) - tenths[item]! / 10), 0)) / total
      );
    });
    expect(metrics.ece).toBeCloseTo(
      gaps.reduce((sum, gap) => sum + gap, 0),
      12,
    );
    expect(metrics.calibration.reduce((sum, { weight = 0 }) => sum + weight, 0)).toBe(total);
    expect(metrics.calibration.reduce((sum, { count }) => sum + count, 0)).toBe(ITEMS);
  });

  test('correlate measures with the squared error and with the share that was not predicted', () => {
    const { epistemic } = MEASURES;
    const uncertain = averageRanks(epistemic.of(sampleStatistics(logits, SAMPLES)));
    const squared = Float64Array.from(items, (item) => (meanOf(item) - tenths[item]! / 10) ** 2);
    const missed = Float64Array.from(items, (item) =>
      meanOf(item) > 0.5 ? 1 - tenths[item]! / 10 : tenths[item]! / 10,
    );
    // Sums of the definition differ in the last places, which may make or part ties of ranks.
    expect(metrics.spearman?.brier.epistemic).toBeCloseTo(rankCorrelation(uncertain, averageRanks(squared))!, 3);
    const rounded = missed.map((share) => Math.round(10 * share));
    expect(metrics.spearman?.error.epistemic).toBeCloseTo(rankCorrelation(uncertain, averageRanks(rounded))!, 2);
  });

  test('are the same when the sides of every item are exchanged', () => {
    const mirror: Labels = { ...soft, probabilities: soft.probabilities.map((p) => 1 - p) };
    const mirrored = measureSplit(
      logits.map((logit) => -logit),
      SAMPLES,
      mirror,
    );
    for (const name of ['logLikelihood', 'accuracy', 'brier', 'ece'] as const)
      expect(mirrored[name]).toBeCloseTo(metrics[name], 12);
  });

  test('fit the schema of events, and tell the entropy last', () => {
    expect(SplitMetrics.parse(metrics)).toEqual(metrics);
    expect(metricValues(metrics).at(-1)).toEqual(['labelEntropy', metrics.labelEntropy]);
  });
});

describe('measureSplit() by hand', () => {
  const LN3 = Math.log(3);

  test('of one pair: p̄ = ¾ of a label of ¾ is the best there can be', () => {
    const best = measureSplit(Float32Array.of(LN3), 1, labelsFrom([labelOf(0.75)]));
    expect(best.logLikelihood).toBeCloseTo(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25), 7);
    expect(best.logLikelihood).toBeCloseTo(-best.labelEntropy!, 7);
    expect(best.accuracy).toBe(0.75);
    expect(best.brier).toBeCloseTo(0, 14);
    expect(best.ece).toBeCloseTo(0, 7);
  });

  test('of a tie: half right whatever is predicted, and worth most where nothing is', () => {
    const tie = labelsFrom([labelOf(0.5)]);
    expect(measureSplit(Float32Array.of(2), 1, tie).accuracy).toBe(0.5);
    const none = measureSplit(Float32Array.of(0), 1, tie);
    expect(none).toMatchObject({ accuracy: 0.5, ties: 1, brier: 0, ece: 0 });
    expect(none.logLikelihood).toBeCloseTo(-Math.LN2, 14);
  });

  test('of two weights: the heavier label counts three times', () => {
    const labels = labelsFrom([labelOf(1, 3), labelOf(0)]);
    const metrics = measureSplit(Float32Array.of(LN3, LN3), 1, labels);
    expect(metrics.logLikelihood).toBeCloseTo((3 * Math.log(0.75) + Math.log(0.25)) / 4, 7);
    expect(metrics.accuracy).toBe(0.75);
    expect(metrics.brier).toBeCloseTo((3 * 0.0625 + 0.5625) / 4, 7);
    expect(metrics).not.toHaveProperty('labelEntropy');
  });

  test('of a confident miss stays finite on both sides', () => {
    const far = measureSplit(Float32Array.of(-2000), 1, labelsFrom([labelOf(0.25)]));
    expect(far.logLikelihood).toBeCloseTo(-500, 9);
    const tiny = measureSplit(Float32Array.of(3), 1, labelsFrom([labelOf(1e-300)]));
    expect(tiny.logLikelihood).toBeCloseTo(Math.log(1 / (1 + Math.exp(3))), 6);
  });
});

test('measureSplit() of hard labels gives the usual numbers to the last bit', () => {
  const metrics = measureSplit(logits, SAMPLES, hardLabels(sides));
  const { meanA, meanB } = sampleStatistics(logits, SAMPLES);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const logs = items.map((item) => {
    const sign = sides[item] === 1 ? 1 : -1;
    const of = Array.from({ length: SAMPLES }, (_value, sample) => {
      const logit = sign * logits[sample * ITEMS + item]!;
      return Math.min(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
    });
    const largest = Math.max(...of);
    return largest + Math.log(of.reduce((sum, log) => sum + Math.exp(log - largest), 0) / SAMPLES);
  });
  expect(metrics.logLikelihood).toBe(mean(logs));
  expect(metrics.brier).toBe(mean(items.map((item) => (sides[item] === 1 ? meanB : meanA)[item]! ** 2)));
  expect(metrics.accuracy).toBe(mean(items.map((item) => ((sides[item] === 1 ? meanA : meanB)[item]! >= 0.5 ? 1 : 0))));
  const bins = metrics.calibration.reduce((sum, { count }) => sum + count, 0);
  expect(metrics.ece).toBe(
    metrics.calibration.reduce((sum, bin) => sum + (bin.count / bins) * Math.abs(bin.confidence - bin.frequency), 0),
  );
  expect(Object.keys(metrics.calibration[0] ?? {})).toEqual(['confidence', 'frequency', 'count']);
  expect(metrics).not.toHaveProperty('labelEntropy');
});
