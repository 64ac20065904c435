import { describe, expect, test } from 'vitest';
import { hardLabels } from '../../../src/data/labels.ts';
import { calibrationBins, calibrationError } from '../../../src/evaluation/metrics/calibration-bins.ts';
import { drawWithoutReplacement, openStream } from '../../../src/random/stream.ts';

describe('calibrationBins()', () => {
  test('keeps equal probabilities together, so the order of items does not matter', () => {
    const stream = openStream(['calibration']);
    const items = Array.from({ length: 300 }, () => ({ p: stream.below(9) / 8, label: stream.below(2) }));
    const binsOf = (rows: typeof items) =>
      calibrationBins(
        Float64Array.from(rows, ({ p }) => p),
        hardLabels(rows.map(({ label }) => label)),
      );
    expect(binsOf(drawWithoutReplacement(stream, items, items.length))).toEqual(binsOf(items));
    expect(binsOf(items)).toHaveLength(9);
  });

  test('puts an untrained model into one bin whose error is the bias of the labels', () => {
    const bins = calibrationBins(
      new Float64Array(40).fill(0.5),
      hardLabels(Array.from({ length: 40 }, (_, item) => (item < 24 ? 1 : 0))),
    );
    expect(bins).toEqual([{ confidence: 0.5, frequency: 0.6, count: 40 }]);
    expect(calibrationError(bins)).toBeCloseTo(0.1, 15);
  });

  test('gives every item a bin when there are fewer items than bins', () => {
    const bins = calibrationBins(Float64Array.of(0.9, 0.1, 0.5), hardLabels([1, 0, 1]));
    expect(bins.map(({ confidence }) => confidence)).toEqual([0.1, 0.5, 0.9]);
  });
});
