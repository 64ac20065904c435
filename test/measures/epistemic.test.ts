import { describe, expect, it } from 'vitest';
import { computeMeasures } from '../../src/measures/compute-measures.ts';
import { REFERENCE_VALUES } from './oracles/reference-values.ts';

const measure = (logits: readonly number[]): number =>
  computeMeasures(Float32Array.from(logits), logits.length, ['epistemic']).epistemic[0]!;

describe('epistemic', () => {
  it.each(REFERENCE_VALUES)('equals the value of exact arithmetic for $logits', ({ logits, epistemic }) => {
    expect(Math.abs(measure(logits) - epistemic)).toBeLessThan(2e-16);
  });

  it('is 0 when the samples agree, and ln 2 when they are split and certain', () => {
    expect(measure([3, 3, 3, 3, 3])).toBeLessThan(1e-15);
    expect(measure([-0.3, -0.3])).toBeLessThan(1e-15);
    expect(measure([200, -200])).toBeCloseTo(Math.LN2, 15);
  });

  it('keeps its digits where the samples nearly agree', () => {
    const tiny = REFERENCE_VALUES[3]!;
    expect(Math.abs(measure(tiny.logits) / tiny.epistemic - 1)).toBeLessThan(1e-9);
  });
});
