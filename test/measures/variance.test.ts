import { describe, expect, it } from 'vitest';
import { computeMeasures } from '../../src/measures/compute-measures.ts';
import { REFERENCE_VALUES } from './oracles/reference-values.ts';

const measure = (logits: readonly number[]): number =>
  computeMeasures(Float32Array.from(logits), logits.length, ['variance']).variance[0]!;

describe('variance', () => {
  it.each(REFERENCE_VALUES)('equals the value of exact arithmetic for $logits', ({ logits, variance }) => {
    expect(Math.abs(measure(logits) - variance)).toBeLessThan(2e-16);
  });

  it('divides by the number of samples: two certain and opposite ones have ¼', () => {
    expect(measure([200, -200])).toBe(0.25);
  });

  it('is 0 for one sample', () => {
    expect(measure([1.5])).toBe(0);
  });
});
