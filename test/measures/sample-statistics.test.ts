import { describe, expect, it } from 'vitest';
import { sampleStatistics } from '../../src/measures/sample-statistics.ts';

describe('sampleStatistics()', () => {
  it('keeps the minority probability that 1 − p would lose', () => {
    const { meanA, meanB } = sampleStatistics(Float32Array.of(60), 1);
    expect(meanA[0]).toBe(1);
    expect(meanB[0]).toBeCloseTo(8.75651076269652e-27, 40);
  });

  it('swaps the means, and nothing else, when every logit changes sign', () => {
    const logits = Float32Array.of(0.3, -7, 2.5, 1e-3, -0.2, 19);
    const one = sampleStatistics(logits, 3);
    const other = sampleStatistics(
      logits.map((value) => -value),
      3,
    );
    expect(other).toEqual({ ...one, meanA: one.meanB, meanB: one.meanA });
  });
});
