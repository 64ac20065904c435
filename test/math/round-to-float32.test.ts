import { describe, expect, it } from 'vitest';
import { roundToFloat32 } from '../../src/math/round-to-float32.ts';

describe('roundToFloat32()', () => {
  it('rounds to the nearest float32 and leaves its input alone', () => {
    const values = Float64Array.of(0.1, 0.5);
    expect([...roundToFloat32(values)]).toEqual([0.10000000149011612, 0.5]);
    expect(values[0]).toBe(0.1);
  });
});
