import { describe, expect, it } from 'vitest';
import { digamma } from '../../src/math/digamma.ts';

describe('digamma()', () => {
  it.each([
    [0.5, -1.9635100260214235],
    [1, -0.5772156649015329],
    [2, 0.42278433509846713],
    [10, 2.251752589066721],
    [100, 4.600161852738087],
    [24_001, 10.08582994251874],
  ])('is ψ(%d) to the last digits', (x, psi) => {
    expect(Math.abs(digamma(x) / psi - 1)).toBeLessThan(1e-15);
  });

  it('has no value at 0', () => {
    expect(digamma(0)).toBeNaN();
  });
});
