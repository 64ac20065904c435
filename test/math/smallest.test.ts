import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallest } from '../../src/math/smallest.ts';

describe('smallest()', () => {
  it('gives positions by value, the earlier one on ties', () => {
    expect([...smallest(Float64Array.of(3, 1, 2, 1, 0), 4)]).toEqual([4, 1, 3, 2]);
  });

  it('gives all positions when more are asked than there are, none when none are', () => {
    expect([...smallest(Float64Array.of(2, 1), 9)]).toEqual([1, 0]);
    expect([...smallest(Float64Array.of(2, 1), 0)]).toEqual([]);
    expect([...smallest(new Float64Array(0), 3)]).toEqual([]);
  });

  it('does not touch its input', () => {
    const values = Float64Array.of(3, 1, 2);
    smallest(values, 2);
    expect([...values]).toEqual([3, 1, 2]);
  });

  it('equals a whole stable sort, cut off', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), { maxLength: 60 });
    fc.assert(
      fc.property(values, fc.nat(70), (numbers, count) => {
        const sorted = numbers
          .map((_, position) => position)
          .sort((a, b) => Math.sign(numbers[a]! - numbers[b]!) || a - b);
        expect([...smallest(Float64Array.from(numbers), count)]).toEqual(sorted.slice(0, count));
      }),
    );
  });
});
