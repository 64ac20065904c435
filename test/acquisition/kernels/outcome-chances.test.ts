import { describe, expect, it } from 'vitest';
import { outcomeChances } from '../../../src/acquisition/kernels/outcome-chances.ts';

describe('outcomeChances()', () => {
  it('gives chances pair by pair, the first sample’s side first', () => {
    const { samples, pairs, one, other } = outcomeChances(Float32Array.of(2, -1, 0, 3), 2);
    const chance = (logit: number): number => 1 / (1 + Math.exp(-logit));
    expect({ samples, pairs }).toEqual({ samples: 2, pairs: 2 });
    // Pair 0 has logits 2, 0; pair 1 has −1, 3 and is turned.
    [chance(2), 0.5, chance(1), chance(-3)].forEach((value, index) => {
      expect(one[index]).toBeCloseTo(value, 14);
      expect(other[index]).toBeCloseTo(1 - value, 14);
    });
  });

  it('is the same to the last bit when sides are swapped', () => {
    const logits = Float32Array.of(0.3, -2, 0, -0.7, 0, 0, 9, 0.1, -4);
    expect(
      outcomeChances(
        logits.map((logit) => -logit),
        3,
      ),
    ).toEqual(outcomeChances(logits, 3));
  });

  it('keeps small chances next to certain ones', () => {
    expect(outcomeChances(Float32Array.of(80), 1).other[0]).toBeCloseTo(Math.exp(-80), 40);
  });
});
