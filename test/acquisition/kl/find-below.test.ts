import { describe, expect, it } from 'vitest';
import { findBelow } from '../../../src/acquisition/kl/find-below.ts';

const row = (...values: number[]): Float64Array => Float64Array.from(values);

describe('findBelow()', () => {
  it('finds the positions of a range where any row is strictly below its bound', () => {
    const rows = [row(0, 9, 9, 2, 9), row(9, 9, 1, 9, 9), row(9, 9, 9, 9, NaN), row(9, 3, 9, 1, 9)] as const;
    const found = new Int32Array(5);
    const bounds = row(1, 3, 2, Infinity, 4);
    const count = findBelow({ bounds, rows: [...rows, ...rows], first: 1, end: 5 }, found);
    expect([...found.subarray(0, count)]).toEqual([2, 3]);
  });

  it('reads each of the eight rows', () => {
    const at = (index: number): Float64Array => Float64Array.from({ length: 8 }, (_, step) => (step === index ? 1 : 5));
    const found = new Int32Array(8);
    const rows = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)] as const;
    expect(findBelow({ bounds: new Float64Array(8).fill(2), rows, first: 0, end: 8 }, found)).toBe(8);
    expect([...found]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
