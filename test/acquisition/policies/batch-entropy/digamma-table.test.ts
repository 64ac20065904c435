import { describe, expect, it } from 'vitest';
import { digammaTable } from '../../../../src/acquisition/policies/batch-entropy/digamma-table.ts';
import { digamma } from '../../../../src/math/digamma.ts';

describe('digammaTable()', () => {
  it('holds ψ(n + 1) at n, however it grew', () => {
    digammaTable(3);
    const table = digammaTable(50);
    expect(table.length).toBeGreaterThan(50);
    for (const n of [0, 1, 3, 4, 50]) expect(table[n]).toBe(digamma(n + 1));
  });
});
