import { describe, expect, it } from 'vitest';
import { squaredDistance } from '../../../src/standalone/in-process/squared-distance.ts';

describe('squaredDistance()', () => {
  it('keeps the difference of near-coincident rows that a float32 sum would lose', () => {
    const values = Float32Array.of(1e4, 1e4, 1e4 + 2 ** -9, 1e4);
    expect(squaredDistance({ values, dimension: 2 }, 0, 1)).toBe(2 ** -18);
  });
});
