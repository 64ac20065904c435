import { describe, expect, it } from 'vitest';
import { bestPairs } from '../../../../src/acquisition/policies/joint/best-pairs.ts';

describe('bestPairs()', () => {
  it('finds the first largest of every prompt, in pool order', () => {
    const promptAt = Int32Array.of(7, 2, 7, 2, 7, 0);
    expect([...bestPairs(promptAt, Float64Array.of(1, 5, 3, 5, 3, 0))]).toEqual([1, 2, 5]);
  });

  it('finds nothing in an empty pool', () => {
    expect(bestPairs(new Int32Array(0), new Float64Array(0))).toHaveLength(0);
  });
});
