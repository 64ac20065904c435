import { describe, expect, it } from 'vitest';
import { createNearestAcquired } from '../../../../src/acquisition/policies/batch-entropy-kl/nearest-acquired.ts';
import { openStream } from '../../../../src/random/stream.ts';

const row = (...distances: number[]): Float64Array => Float64Array.from(distances);

describe('createNearestAcquired()', () => {
  it('keeps the k smallest distances ascending', () => {
    const nearest = createNearestAcquired(3, 2);
    nearest.count(0, 1, row(0, 4, 9));
    nearest.count(1, 1, row(4, 0, 5));
    expect(nearest.distance(2, 2)).toBe(9);
    nearest.count(2, 1, row(9, 3, 0));
    expect([0, 1, 2].map((prompt) => [nearest.distance(prompt, 1), nearest.distance(prompt, 2)])).toEqual([
      [0, 4],
      [0, 3],
      [0, 5],
    ]);
    expect([...nearest.counted]).toEqual([1, 1, 1]);
  });

  it('enters copies one by one', () => {
    const nearest = createNearestAcquired(1, 3);
    nearest.count(0, 2, row(7));
    expect([1, 2, 3].map((rank) => nearest.distance(0, rank))).toEqual([7, 7, Infinity]);
  });

  it('has upper bounds while something is uncounted, until a prompt reads its own distances', () => {
    const nearest = createNearestAcquired(3, 1);
    nearest.count(0, 1, row(0, 6, 8));
    expect(nearest.isExact(2)).toBe(true);
    nearest.leaveUncounted(1, 1);
    expect([nearest.isExact(2), nearest.distance(2, 1)]).toEqual([false, 8]);
    nearest.settle(2, row(8, 5, 0));
    expect([nearest.isExact(2), nearest.distance(2, 1), nearest.isExact(1)]).toEqual([true, 5, false]);
    nearest.count(2, 1, row(8, 5, 0));
    expect([nearest.isExact(2), nearest.distance(2, 1)]).toEqual([true, 0]);
  });

  it('takes a distance that is not a number for an infinite one', () => {
    const nearest = createNearestAcquired(2, 1);
    nearest.count(0, 1, row(0, NaN));
    expect(nearest.distance(1, 1)).toBe(Infinity);
    nearest.settle(1, row(NaN, 0));
    expect(nearest.distance(1, 1)).toBe(Infinity);
  });

  it('keeps the same whether rows are entered together or one by one, read in between or not', () => {
    const stream = openStream(['test', 'nearest acquired']);
    const [size, k] = [50, 4];
    const rows = Array.from({ length: 90 }, () => Float64Array.from({ length: size }, () => stream.below(40)));
    const [together, singly] = [createNearestAcquired(size, k), createNearestAcquired(size, k)];
    rows.forEach((distances, prompt) => {
      together.count(prompt % size, 1, distances);
      if (prompt % 7 === 0) together.distance(stream.below(size), 1);
      singly.count(prompt % size, 1, distances);
      singly.enterAll();
    });
    for (let prompt = 0; prompt < size; prompt++) {
      const sorted = rows.map((distances) => distances[prompt]!).sort((a, b) => a - b);
      for (let rank = 1; rank <= k; rank++) {
        expect(together.distance(prompt, rank)).toBe(sorted[rank - 1]);
        expect(singly.distance(prompt, rank)).toBe(sorted[rank - 1]);
      }
    }
  });
});
