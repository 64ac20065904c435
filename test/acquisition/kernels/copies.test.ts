import { describe, expect, it } from 'vitest';
import { countCopies } from '../../../src/acquisition/kernels/copies.ts';

describe('countCopies()', () => {
  it('counts the items of each prompt in the pool and acquired', () => {
    const promptOf = Int32Array.of(0, 1, 1, 2, 1);
    const copies = countCopies(promptOf, 3, { pool: Int32Array.of(4, 2, 3), acquired: Int32Array.of(0, 1) });
    expect([...copies.remaining]).toEqual([0, 2, 1]);
    expect([...copies.acquired]).toEqual([1, 1, 0]);
  });
});
