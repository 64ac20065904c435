import { describe, expect, it } from 'vitest';
import { listsOfSizes } from '../../../src/acquisition/kernels/lists.ts';

describe('listsOfSizes()', () => {
  it('gives every list its room, empty ones included', () => {
    const { offsets, values } = listsOfSizes(Int32Array.of(2, 0, 3));
    expect([...offsets]).toEqual([0, 2, 2, 5]);
    expect(values).toHaveLength(5);
  });
});
