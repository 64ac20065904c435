import { expect, test } from 'vitest';
import { shareOf } from '../../src/math/share-of.ts';

test('shareOf() rounds up to whole items, but not what is above a whole number by rounding alone', () => {
  expect([shareOf(0, 8), shareOf(0.01, 8), shareOf(0.25, 8), shareOf(0.26, 8), shareOf(1, 8)]).toEqual([0, 1, 2, 3, 8]);
  expect(0.07 * 100).toBeGreaterThan(7);
  expect(shareOf(0.07, 100)).toBe(7);
});
