import { describe, expect, test } from 'vitest';
import { hardLabels } from '../../../src/data/labels.ts';
import { measureSplit } from '../../../src/evaluation/metrics/measure-split.ts';
import { openStream } from '../../../src/random/stream.ts';

const SAMPLES = 5;
const ITEMS = 700;

function drawn(scale: number): { logits: Float32Array; labels: Int8Array } {
  const stream = openStream(['measure-split', scale]);
  const logits = Float32Array.from({ length: SAMPLES * ITEMS }, () => scale * stream.normal());
  const labels = Int8Array.from({ length: ITEMS }, () => stream.below(2));
  return { logits, labels };
}

/** p̄(a) written down plainly, for logits where plain is exact enough. */
const plainProbability = (logits: Float32Array, item: number): number => {
  let sum = 0;
  for (let sample = 0; sample < SAMPLES; sample++)
    sum += 1 / (1 + Math.exp(-(logits[sample * ITEMS + item] as number)));
  return sum / SAMPLES;
};

describe('measureSplit()', () => {
  const { logits, labels } = drawn(1.5);
  const metrics = measureSplit(logits, SAMPLES, hardLabels(labels));
  const rows = Array.from(labels, (label, item) => ({ label, p: plainProbability(logits, item) }));
  const average = (value: (row: { label: number; p: number }) => number): number =>
    rows.reduce((sum, row) => sum + value(row), 0) / ITEMS;

  test('equals the definitions written down item by item', () => {
    expect(metrics.count).toBe(ITEMS);
    expect(metrics.logLikelihood).toBeCloseTo(
      average(({ label, p }) => Math.log(label === 1 ? p : 1 - p)),
      12,
    );
    expect(metrics.accuracy).toBe(average(({ label, p }) => (p >= 0.5 === (label === 1) ? 1 : 0)));
    expect(metrics.brier).toBeCloseTo(
      average(({ label, p }) => (p - label) ** 2),
      12,
    );
  });

  test('takes the calibration error from fifteen bins of equal mass', () => {
    const sorted = rows.toSorted((left, right) => left.p - right.p);
    const edges = Array.from({ length: 16 }, (_, bin) => Math.round((bin * ITEMS) / 15));
    const gaps = edges.slice(1).map((end, bin) => {
      const members = sorted.slice(edges[bin], end);
      return Math.abs(members.reduce((sum, { p, label }) => sum + p - label, 0)) / ITEMS;
    });
    expect(metrics.ece).toBeCloseTo(
      gaps.reduce((sum, gap) => sum + gap, 0),
      12,
    );
    expect(metrics.calibration.map(({ count }) => count)).toEqual(
      edges.slice(1).map((end, bin) => end - (edges[bin] as number)),
    );
  });

  test('splits the predictive entropy into epistemic and aleatoric', () => {
    expect(metrics.epistemic + metrics.aleatoric).toBeCloseTo(metrics.predictive, 12);
    expect(metrics.predictive).toBeCloseTo(
      average(({ p }) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)),
      12,
    );
  });

  test('is the same when the sides of every item are exchanged', () => {
    const mirrored = measureSplit(
      logits.map((logit) => -logit),
      SAMPLES,
      hardLabels(labels.map((label) => 1 - label)),
    );
    expect(mirrored.logLikelihood).toBeCloseTo(metrics.logLikelihood, 12);
    expect(mirrored.brier).toBeCloseTo(metrics.brier, 12);
    expect(mirrored.accuracy).toBe(metrics.accuracy);
    expect(mirrored.spearman).toEqual(metrics.spearman);
  });

  test('charges a confident miss its true amount and stays finite', () => {
    const miss = measureSplit(Float32Array.of(-2000, -1000), 2, hardLabels([1]));
    expect(miss.logLikelihood).toBeCloseTo(-1000 - Math.log(2), 3);
    expect(miss.accuracy).toBe(0);
    expect(miss.brier).toBe(1);
  });

  test('counts a tie as half a hit, and says how many there were', () => {
    const allTied = measureSplit(new Float32Array(8), 2, hardLabels([1, 0, 1, 1]));
    expect(allTied).toMatchObject({ accuracy: 0.5, ties: 4 });
    const oneTied = measureSplit(Float32Array.of(0, 1, -1, 2), 1, hardLabels([0, 1, 1, 1]));
    expect(oneTied).toMatchObject({ accuracy: 0.625, ties: 1 });
    expect(metrics).not.toHaveProperty('ties');
  });

  test('refuses a split without labels', () => {
    expect(() => measureSplit(new Float32Array(0), 5, hardLabels([]))).toThrow(
      'Cannot measure split: 0 logits of 5 samples and 0 labels, samples × labels logits and at least one label are needed',
    );
  });
});
