import { describe, expect, it } from 'vitest';
import { nearestRow } from '../../../src/acquisition/kernels/nearest-row.ts';

const distances = Float64Array.of(0, 2, 1, 0, 1);

describe('nearestRow()', () => {
  it('lists the prompt itself first, then by distance and number', () => {
    const row = nearestRow(distances, 3, 4);
    expect([...row.ids]).toEqual([3, 0, 2, 4]);
    expect([...row.distances]).toEqual([0, 0, 1, 1]);
  });

  it('certifies up to the first distance left out, even when it equals the last listed', () => {
    expect(nearestRow(distances, 3, 4).radius[0]).toBe(2);
    expect(nearestRow(distances, 3, 3).radius[0]).toBe(1);
  });

  it('certifies everything when all are listed', () => {
    expect(nearestRow(distances, 3, 5).radius[0]).toBe(Infinity);
  });

  it('leaves the distances it was given alone', () => {
    nearestRow(distances, 3, 2);
    expect([...distances]).toEqual([0, 2, 1, 0, 1]);
  });
});
