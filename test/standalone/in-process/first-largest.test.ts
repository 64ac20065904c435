import { describe, expect, it } from 'vitest';
import { firstLargest } from '../../../src/standalone/in-process/first-largest.ts';

describe('firstLargest()', () => {
  it.each([
    ['the first of equals', [1, 3, 2, 3], 1],
    ['the first within a billionth', [1, 3 - 1e-10, 3], 1],
    ['the largest beyond that', [1, 3 - 1e-6, 3], 2],
    ['infinity', [1, Infinity, Infinity], 1],
    ['what is not marked', [NaN, 0, 0], 1],
    ['nothing where all is marked', [NaN, NaN], -1],
  ])('gives %s', (_what, values, position) => {
    expect(firstLargest(Float64Array.from(values))).toBe(position);
  });
});
