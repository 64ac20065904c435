import { describe, expect, it } from 'vitest';
import { effectiveWeight } from '../../../../src/acquisition/policies/batch-entropy/effective-weight.ts';

describe('effectiveWeight()', () => {
  it('is beta when the scale is absolute', () => {
    expect(effectiveWeight({ beta: 0.2, betaScale: 'absolute' }, Float64Array.of(1, 3))).toBe(0.2);
  });

  it('is beta times the standard deviation of U when the scale is its spread', () => {
    expect(effectiveWeight({ beta: 0.2, betaScale: 'spread' }, Float64Array.of(1, 5))).toBe(0.4);
  });

  it('follows U, so that scaling U does not change which term wins', () => {
    const options = { beta: 0.2, betaScale: 'spread' } as const;
    const weight = effectiveWeight(options, Float64Array.of(0.01, 0.03, 0.011));
    expect(effectiveWeight(options, Float64Array.of(0.04, 0.12, 0.044))).toBeCloseTo(4 * weight, 15);
  });

  it.each([
    ['is constant', [0.25, 0.25, 0.25]],
    ['differs by rounding only', [0.3, 0.1 + 0.2, 0.3]],
    ['is 0', [0, 0]],
    ['varies beyond what a number can hold', [0, 1e200, 1e300]],
  ])('is beta when U %s', (_, values) => {
    expect(effectiveWeight({ beta: 0.2, betaScale: 'spread' }, Float64Array.from(values))).toBe(0.2);
  });
});
