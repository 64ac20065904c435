import { describe, expect, it } from 'vitest';
import { shiftedCounts } from '../../../src/standalone/in-process/shifted-counts.ts';

const count = (values: number[], remaining: number[], acquired: number[], radius: number[]): number[] => [
  ...shiftedCounts(
    { values: Float32Array.from(values), dimension: 1 },
    { remaining: Int32Array.from(remaining), acquired: Int32Array.from(acquired), radius: Float64Array.from(radius) },
  ),
];

describe('shiftedCounts()', () => {
  // The pool holds 2 and 4: μ = 3, σ = √2 with ddof 1, so its rows move by −2.12 to −0.12 and 1.88.
  it('moves the pool’s rows by −μ/σ and leaves acquired rows where they are', () => {
    expect(count([2, 4, 0], [1, 1, 0], [0, 0, 1], [0.13, 1.87, 9])).toEqual([1, 0, 0]);
    expect(count([2, 4, 0], [1, 1, 0], [0, 0, 1], [0.12, 1.88, 9])).toEqual([0, 1, 0]);
  });

  it('counts every copy of an acquired prompt', () => {
    expect(count([2, 4, 0], [1, 1, 0], [0, 0, 3], [1, 1, 1])).toEqual([3, 0, 0]);
  });

  it('weighs mean and deviation by the items that remain', () => {
    // The pool holds 2, 2 and 5: μ = 3, σ = √3, shift 1.73.
    expect(count([2, 5, 0.2], [2, 1, 0], [0, 0, 1], [0.07, 3, 0])).toEqual([1, 0, 0]);
    expect(count([2, 5, 0.2], [2, 1, 0], [0, 0, 1], [0.06, 3.07, 0])).toEqual([0, 1, 0]);
  });

  it('finds nothing near where the deviation is 0 or unknown, as the reference', () => {
    expect(count([2, 2, 0], [1, 1, 0], [0, 0, 1], [99, 99, 99])).toEqual([0, 0, 0]);
    expect(count([2, 4, 0], [1, 0, 0], [0, 0, 1], [99, 99, 99])).toEqual([0, 0, 0]);
  });
});
