import { describe, expect, it } from 'vitest';
import { positionsOfPrompts } from '../../../src/acquisition/kernels/positions-of-prompts.ts';

describe('positionsOfPrompts()', () => {
  it('lists the positions of every prompt in pool order', () => {
    const { offsets, values } = positionsOfPrompts(Int32Array.of(2, 0, 2, 2), Int32Array.of(1, 0, 3));
    expect([...offsets]).toEqual([0, 1, 1, 4]);
    expect([...values]).toEqual([1, 0, 2, 3]);
  });
});
