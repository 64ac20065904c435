import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nthLargest } from '../../src/math/nth-largest.ts';

describe('nthLargest()', () => {
  it('equals sorting, with equal and infinite values', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-Infinity, Infinity));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.nat(), (values, seed) => {
        const n = 1 + (seed % values.length);
        expect(nthLargest(Float64Array.from(values), n)).toBe(values.toSorted((a, b) => b - a)[n - 1]);
      }),
    );
  });
});
