import { describe, expect, test } from 'vitest';
import { averageRanks } from '../../src/math/average-ranks.ts';
import { rankCorrelation } from '../../src/math/rank-correlation.ts';
import { GOLDEN_METRICS } from '../evaluation/oracles/golden-metrics.ts';

const spearman = (left: readonly number[], right: readonly number[]): number | null =>
  rankCorrelation(averageRanks(Float64Array.from(left)), averageRanks(Float64Array.from(right)));

describe('rankCorrelation()', () => {
  test('of average ranks equals scipy.stats.spearmanr, null where that is not a number', () => {
    for (const { left, right, spearman: expected } of GOLDEN_METRICS.columns) {
      const found = spearman(left, right);
      expect(found).toEqual(expected === null ? null : expect.closeTo(expected, 12));
    }
  });

  test('never leaves [-1, 1], and is null for one value and for none', () => {
    const rising = Array.from({ length: 999 }, (_, index) => index * 0.1);
    expect(spearman(rising, rising)).toBeCloseTo(1, 12);
    expect(spearman(rising, rising)).toBeLessThanOrEqual(1);
    expect(spearman(rising, rising.toReversed())).toBeGreaterThanOrEqual(-1);
    expect([spearman([1], [2]), spearman([], [])]).toEqual([null, null]);
  });
});
