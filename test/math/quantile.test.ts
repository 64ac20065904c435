import { expect, test } from 'vitest';
import { quantile } from '../../src/math/quantile.ts';

test('quantile() interpolates between the two nearest values', () => {
  const values = Float64Array.of(1, 2, 4, 8, 16);
  expect([0, 0.25, 0.375, 0.5, 1].map((share) => quantile(values, share))).toEqual([1, 2, 3, 4, 16]);
  expect(quantile(Float64Array.of(7), 0.95)).toBe(7);
});
