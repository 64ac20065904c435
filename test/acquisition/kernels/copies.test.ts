import { describe, expect, it } from 'vitest';
import { countCopies, listsOfSizes, positionsOfPrompts } from '../../../src/acquisition/kernels/copies.ts';

describe('countCopies()', () => {
  it('counts the items of each prompt in the pool and acquired', () => {
    const promptOf = Int32Array.of(0, 1, 1, 2, 1);
    const copies = countCopies(promptOf, 3, { pool: Int32Array.of(4, 2, 3), acquired: Int32Array.of(0, 1) });
    expect([...copies.remaining]).toEqual([0, 2, 1]);
    expect([...copies.acquired]).toEqual([1, 1, 0]);
  });
});

describe('listsOfSizes()', () => {
  it('gives every list its room, empty ones included', () => {
    const { offsets, values } = listsOfSizes(Int32Array.of(2, 0, 3));
    expect([...offsets]).toEqual([0, 2, 2, 5]);
    expect(values).toHaveLength(5);
  });
});

describe('positionsOfPrompts()', () => {
  it('lists the positions of every prompt in pool order', () => {
    const { offsets, values } = positionsOfPrompts(Int32Array.of(2, 0, 2, 2), Int32Array.of(1, 0, 3));
    expect([...offsets]).toEqual([0, 1, 1, 4]);
    expect([...values]).toEqual([1, 0, 2, 3]);
  });
});
