import { describe, expect, it } from 'vitest';
import { createNearestLists } from '../../../src/standalone/in-process/nearest-lists.ts';

describe('createNearestLists()', () => {
  it('keeps the nearest by (distance, id), in whatever order they come', () => {
    const lists = createNearestLists(2, 3);
    for (const [other, distance] of [
      [7, 2],
      [4, 1],
      [9, 1],
      [3, 2],
      [5, 3],
    ] as const)
      lists.offer(1, other, distance);
    expect([...lists.ids.subarray(3)]).toEqual([4, 9, 3]);
    expect([...lists.distances]).toEqual([Infinity, Infinity, Infinity, 1, 1, 2]);
  });

  it('has no limit until a list is full, then one that its last distance stays within', () => {
    const lists = createNearestLists(1, 2);
    lists.offer(0, 1, 0.1);
    expect(lists.limits[0]).toBe(Infinity);
    lists.offer(0, 2, 0.3);
    expect(lists.limits[0]).toBeGreaterThan(0.3 ** 2);
    expect(lists.limits[0]).toBeLessThan(0.3 ** 2 * 1.0001);
  });
});
