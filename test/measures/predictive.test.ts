import { describe, expect, it } from 'vitest';
import { computeMeasures } from '../../src/measures/compute-measures.ts';
import { REFERENCE_VALUES } from './oracles/reference-values.ts';

const measure = (logits: readonly number[]): number =>
  computeMeasures(Float32Array.from(logits), logits.length, ['predictive']).predictive[0]!;

describe('predictive', () => {
  it.each(REFERENCE_VALUES)('equals the value of exact arithmetic for $logits', ({ logits, predictive }) => {
    expect(Math.abs(measure(logits) - predictive)).toBeLessThan(2e-16);
  });

  it('is ln 2 when the mean prediction is even', () => {
    expect(measure([4, -4])).toBeCloseTo(Math.LN2, 15);
  });

  it('is 0, not NaN, where the probability underflows', () => {
    expect(measure([800, 900])).toBe(0);
  });
});
