import { describe, expect, it } from 'vitest';
import { moments } from '../../src/math/moments.ts';

describe('moments()', () => {
  it('divides by the number of values', () => {
    expect(moments(Float64Array.of(1, 3))).toEqual({ mean: 2, deviation: 1 });
  });

  it('keeps a small spread around a large mean', () => {
    expect(moments(Float64Array.of(1e9, 1e9 + 2)).deviation).toBe(1);
  });

  it('has no value without values', () => {
    expect(moments(new Float64Array(0))).toEqual({ mean: NaN, deviation: NaN });
  });
});
