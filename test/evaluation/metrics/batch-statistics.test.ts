import { describe, expect, test } from 'vitest';
import { batchStatistics } from '../../../src/evaluation/metrics/batch-statistics.ts';
import { GOLDEN_METRICS } from '../oracles/golden-metrics.ts';

describe('batchStatistics()', () => {
  test('equals numpy.quantile on every golden column', () => {
    for (const { left, spread } of GOLDEN_METRICS.columns) {
      const { term } = batchStatistics({ scores: left.map(() => null), terms: { term: left } });
      const near = Object.entries(spread).map(([name, value]) => [name, expect.closeTo(value as number, 12)]);
      expect(term).toEqual(Object.fromEntries(near));
    }
  });

  test('adds the score and the share of the uncertainty in it', () => {
    const statistics = batchStatistics({ scores: [0.4, 0.2], terms: { epistemic: [0.1, 0.2], weighted: [0.3, 0] } });
    expect(Object.keys(statistics)).toEqual(['epistemic', 'weighted', 'score', 'uncertaintyShare']);
    expect(statistics['score']).toMatchObject({ max: 0.4, min: 0.2 });
    expect(statistics['uncertaintyShare']).toMatchObject({ max: 1, min: 0.25 });
  });

  test('has no share of the uncertainty in a key that was perturbed by noise', () => {
    const statistics = batchStatistics({
      scores: [3, 2],
      terms: { epistemic: [0.1, 0.2], base: [-2, -1], noise: [5, 3] },
    });
    expect(Object.keys(statistics)).toEqual(['epistemic', 'base', 'noise', 'score']);
  });

  test('leaves out what a pick has not and what is not finite', () => {
    const statistics = batchStatistics({
      scores: [0, null, 2],
      terms: { epistemic: [1, 1, 1], entropy: [null, 3, null] },
    });
    expect(statistics['uncertaintyShare']).toMatchObject({ max: 0.5, min: 0.5 });
    expect(statistics['entropy']).toEqual({ max: 3, min: 3, p95: 3, p50: 3, p5: 3 });
  });

  test('is empty for a policy that records nothing', () => {
    expect(batchStatistics({ scores: [null, null], terms: {} })).toEqual({});
  });
});
