import { describe, expect, it } from 'vitest';
import { distanceScales } from '../../src/standalone/distance-scales.ts';

const scalesOf = (distances: readonly number[], exponent: number): number[] => [
  ...distanceScales(distances, distances.length, { type: 'distance', exponent }),
];

describe('distanceScales()', () => {
  it('are powers of the mean distance over an item’s own, by hand', () => {
    // Mean 2: distances below 0.2 count as 0.2.
    expect(scalesOf([0, 0.1, 1.9, 4, 4], 1)).toEqual([10, 10, 2 / 1.9, 0.5, 0.5]);
    expect(scalesOf([0, 0.1, 1.9, 4, 4], 2)[3]).toBe(0.25);
  });

  it('are 1 for equal distances and for exponent 0', () => {
    expect(scalesOf([3, 3, 3], 1.7)).toEqual([1, 1, 1]);
    expect(scalesOf([0, 1, 5], 0)).toEqual([1, 1, 1]);
  });
});
