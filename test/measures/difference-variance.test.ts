import { describe, expect, it } from 'vitest';
import { differenceVariance } from '../../src/measures/difference-variance.ts';

describe('differenceVariance()', () => {
  it('is the mean square of the deviations of every pair over samples', () => {
    // Three samples of two pairs: 1, 2, 6 and −4, −4, −4.
    const logits = Float32Array.of(1, -4, 2, -4, 6, -4);
    expect([...differenceVariance(logits, 3)]).toEqual([(4 + 1 + 9) / 3, 0]);
  });

  it('is the same to the last bit when sides are swapped', () => {
    const logits = Float32Array.from({ length: 35 }, (_, index) => Math.sin(index * index));
    expect(
      differenceVariance(
        logits.map((logit) => -logit),
        7,
      ),
    ).toEqual(differenceVariance(logits, 7));
  });

  it('is 0 of one sample, and empty without pairs', () => {
    expect([...differenceVariance(Float32Array.of(3, 4), 1)]).toEqual([0, 0]);
    expect([...differenceVariance(new Float32Array(0), 5)]).toEqual([]);
  });
});
