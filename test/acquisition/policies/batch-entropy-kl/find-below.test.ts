import { describe, expect, it } from 'vitest';
import { findBelow } from '../../../../src/acquisition/policies/batch-entropy-kl/find-below.ts';

const row = (...values: number[]): Float64Array => Float64Array.from(values);

describe('findBelow()', () => {
  it('finds the positions of a range where any row is strictly below its bound', () => {
    const rows = [row(0, 9, 9, 2, 9), row(9, 9, 1, 9, 9), row(9, 9, 9, 9, NaN), row(9, 3, 9, 1, 9)] as const;
    const found = new Int32Array(5);
    const count = findBelow({ bounds: row(1, 3, 2, Infinity, 4), rows, first: 1, end: 5 }, found);
    expect([...found.subarray(0, count)]).toEqual([2, 3]);
  });
});
