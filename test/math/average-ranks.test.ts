import { describe, expect, test } from 'vitest';
import { averageRanks } from '../../src/math/average-ranks.ts';
import { GOLDEN_METRICS } from '../evaluation/oracles/golden-metrics.ts';

describe('averageRanks()', () => {
  test('equals scipy.stats.rankdata on every golden column', () => {
    for (const { left, ranks } of GOLDEN_METRICS.columns)
      expect(Array.from(averageRanks(Float64Array.from(left)))).toEqual(ranks);
  });

  test('counts 0 and -0 as equal, and nothing as nothing', () => {
    expect(Array.from(averageRanks(Float64Array.of(1, -0, 0)))).toEqual([3, 1.5, 1.5]);
    expect(averageRanks(new Float64Array(0))).toHaveLength(0);
  });
});
