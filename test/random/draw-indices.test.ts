import { describe, expect, it } from 'vitest';
import { drawIndices } from '../../src/random/draw-indices.ts';
import { drawWithoutReplacement, openStream } from '../../src/random/stream.ts';

describe('drawIndices()', () => {
  it('draws what drawWithoutReplacement() draws of a list, and leaves the stream as that does', () => {
    for (const [size, count] of [
      [0, 0],
      [0, 3],
      [1, 1],
      [7, 0],
      [7, 3],
      [7, 9],
    ] as const) {
      const [one, other] = [openStream(['test', size, count]), openStream(['test', size, count])];
      const list = Array.from({ length: size }, (_, index) => index);
      expect([...drawIndices(one, size, count)]).toEqual(drawWithoutReplacement(other, list, count));
      expect(one.uniform()).toBe(other.uniform());
    }
  });
});
