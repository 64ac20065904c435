import { describe, expect, it } from 'vitest';
import { createEntropyTerms, digammaTable } from '../../../../src/acquisition/policies/batch-entropy/entropy-terms.ts';
import { digamma } from '../../../../src/math/digamma.ts';

const EULER = 0.5772156649015329;

describe('createEntropyTerms()', () => {
  it('is ln(2·D + 1e-4) − ψ(n + 1)/d', () => {
    const terms = createEntropyTerms(Float64Array.of(0, 2), Int32Array.of(0, 1), { divisor: 2, growth: 0 });
    expect([...terms.distance]).toEqual([Math.log(1e-4), Math.log(4.0001)]);
    expect(terms.entropy[0]).toBeCloseTo(Math.log(1e-4) + EULER / 2, 14);
    expect(terms.entropy[1]).toBeCloseTo(Math.log(4.0001) - (1 - EULER) / 2, 14);
  });

  it('falls by 1/(n + 1)/d with one more acquired item, for that prompt alone', () => {
    const counts = Int32Array.of(0, 1);
    const terms = createEntropyTerms(Float64Array.of(0, 2), counts, { divisor: 1, growth: 1 });
    const [first, second] = terms.entropy;
    terms.increment(1);
    expect(terms.entropy[0]).toBe(first);
    expect(terms.entropy[1]).toBeCloseTo(second! - 1 / 2, 14);
    expect([...counts]).toEqual([0, 1]);
  });
});

describe('digammaTable()', () => {
  it('holds ψ(n + 1) at n, however it grew', () => {
    digammaTable(3);
    const table = digammaTable(50);
    expect(table.length).toBeGreaterThan(50);
    for (const n of [0, 1, 3, 4, 50]) expect(table[n]).toBe(digamma(n + 1));
  });
});
