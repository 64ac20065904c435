import { describe, expect, it } from 'vitest';
import { onGrid } from '../../../src/acquisition/kernels/on-grid.ts';

describe('onGrid()', () => {
  it('makes equal what rounding told apart', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(onGrid(0.1 + 0.2)).toBe(onGrid(0.3));
  });

  it('moves nothing by more than 1e-12, and 0 not at all', () => {
    expect(Math.abs(onGrid(Math.LN2) - Math.LN2)).toBeLessThan(1e-12);
    expect(onGrid(0)).toBe(0);
  });
});
