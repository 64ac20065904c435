import { describe, expect, it } from 'vitest';
import { computeMeasures } from '../../src/measures/compute-measures.ts';
import { REFERENCE_VALUES } from './oracles/reference-values.ts';

const measure = (logits: readonly number[]): number =>
  computeMeasures(Float32Array.from(logits), logits.length, ['aleatoric']).aleatoric[0]!;

describe('aleatoric', () => {
  it.each(REFERENCE_VALUES)('equals the value of exact arithmetic for $logits', ({ logits, aleatoric }) => {
    expect(Math.abs(measure(logits) - aleatoric)).toBeLessThan(2e-16);
  });

  it('is the mean of the samples’ own entropies', () => {
    expect(measure([1, 3])).toBeCloseTo((measure([1]) + measure([3])) / 2, 15);
  });
});
