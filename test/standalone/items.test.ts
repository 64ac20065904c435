import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../src/standalone/items.ts';

describe('itemsOf()', () => {
  it('takes every item that is not acquired, ascending, when there is no order', () => {
    expect(itemsOf({ acquired: [3, 0] }, 5)).toEqual({ acquired: Int32Array.of(3, 0), pool: Int32Array.of(1, 2, 4) });
    expect(itemsOf({}, 2).pool).toEqual(Int32Array.of(0, 1));
  });

  it('takes the pool as the order says, which may leave items out', () => {
    expect(itemsOf({ acquired: Int32Array.of(3), order: [4, 1] }, 9).pool).toEqual(Int32Array.of(4, 1));
    expect(itemsOf({ order: [] }, 9).pool).toEqual(new Int32Array(0));
  });

  it.each([
    [{ acquired: [1, 9] }, "Cannot use the list 'acquired': entry 1 is 9 and there are 5 items, a number from 0 to 4"],
    [{ acquired: [-1] }, "'acquired': entry 0 is -1 and there are 5 items"],
    [{ acquired: [1, 2, 1] }, "'acquired': entry 2 is item 1 again, every item once is needed"],
    [{ acquired: [1.5] }, "'acquired': entry 0 is 1.5, a whole number from 0 to 4 is needed"],
    [{ acquired: [Number.NaN] }, "'acquired': entry 0 is NaN, a whole number"],
    [{ acquired: ['1'] }, `'acquired': entry 0 is "1", a whole number`],
    [{ order: [0, null] }, "'order': entry 1 is null, a whole number"],
    [{ order: [0, [1]] }, "'order': entry 1 is [1], a whole number"],
    [{ order: [2, 2] }, "'order': entry 1 is item 2 again"],
    [{ order: [2, 1e12] }, "'order': entry 1 is 1000000000000 and there are 5 items"],
    [
      { acquired: [2], order: [0, 2] },
      "'order': entry 1 is item 2, which is acquired, only items that can still be had",
    ],
  ])('refuses %j', (given, reason) => {
    expect(() => itemsOf(given as { order?: number[] }, 5)).toThrow(reason);
  });
});
