import { describe, expect, it } from 'vitest';
import { drawByWeight } from '../../../src/standalone/in-process/draw-by-weight.ts';

const draw = (weights: readonly number[], ...draws: readonly number[]): number[] =>
  draws.map((value) => drawByWeight(Float64Array.from(weights), value));

describe('drawByWeight()', () => {
  it('falls on shares, never on weight 0 or what is marked', () => {
    expect(draw([1, 0, NaN, 3], 0, 0.2499, 0.25, 0.9999999)).toEqual([0, 0, 3, 3]);
    expect(draw([0, 1, 0], 0, 1 - Number.EPSILON)).toEqual([1, 1]);
  });

  it('takes all alike where nothing weighs, or all is infinite', () => {
    for (const weight of [0, Infinity])
      expect(draw([NaN, weight, weight, NaN, weight], 0, 0.34, 0.99)).toEqual([1, 2, 4]);
  });

  it('gives −1 where nothing can be chosen', () => {
    expect(draw([NaN], 0.5)).toEqual([-1]);
  });
});
