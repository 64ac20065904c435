import { describe, expect, test } from 'vitest';
import { hardLabels } from '../../../src/data/labels.ts';
import { measureSplit } from '../../../src/evaluation/metrics/measure-split.ts';
import type { SplitMetrics } from '../../../src/evaluation/metrics/split-metrics.ts';
import { GOLDEN_METRICS } from '../oracles/golden-metrics.ts';

const measured = (logits: readonly (readonly number[])[], labels: readonly number[]): SplitMetrics =>
  measureSplit(Float32Array.from(logits.flat()), logits.length, hardLabels(labels));

/** Every number to 10 decimals, null where null is expected. */
const near = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, near(one)]))
    : typeof value === 'number'
      ? expect.closeTo(value, 10)
      : value;

describe('errorCorrelations(), within measureSplit()', () => {
  test.each(GOLDEN_METRICS.splits.map((golden, index) => ({ index, golden })))(
    'equals scipy on split $index, where undefined too',
    ({ golden }) => {
      expect(measured(golden.logits, golden.labels).spearman).toEqual(near(golden.spearman));
    },
  );

  test('is 1 where the uncertain items are exactly those that miss', () => {
    const logits = [
      [4, 4, 1, -1],
      [4, 4, -1.5, 1.5],
    ];
    expect(measured(logits, [1, 1, 1, 0]).spearman?.error).toEqual({
      epistemic: 1,
      predictive: 1,
      aleatoric: 1,
      variance: 1,
    });
  });

  test('does not rank what rounding leaves of the disagreement of equal samples', () => {
    const logits = Array.from({ length: 3 }, () => [0.3, 1.7, -2.1, 0.9, -0.4]);
    const { brier, error } = measured(logits, [1, 0, 1, 0, 1]).spearman as NonNullable<SplitMetrics['spearman']>;
    expect([brier.epistemic, brier.variance, error.epistemic, error.variance]).toEqual([null, null, null, null]);
    expect(brier.predictive).not.toBeNull();
  });
});

describe('measureSplit()', () => {
  test.each(GOLDEN_METRICS.splits.map((golden, index) => ({ index, golden })))(
    'equals scikit-learn and torchmetrics on split $index',
    ({ golden }) => {
      expect(measured(golden.logits, golden.labels)).toMatchObject(near(golden.metrics) as object);
    },
  );
});
