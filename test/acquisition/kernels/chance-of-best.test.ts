import { describe, expect, it } from 'vitest';
import { chanceOfBest } from '../../../src/acquisition/kernels/chance-of-best.ts';

/** C(n, k) in whole numbers. */
function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let index = 0; index < k; index++) result = (result * BigInt(n - index)) / BigInt(index + 1);
  return result;
}

/** C(N − r, m − 1)/C(N − 1, m − 1) from whole numbers. */
function exactly(rank: number, size: number, group: number): number {
  const [above, below] = [choose(size - rank, group - 1), choose(size - 1, group - 1)];
  return Number((above * 10n ** 80n) / below) / 1e80;
}

describe('chanceOfBest()', () => {
  it('equals the binomials in whole numbers, for every rank and group of up to 24 items', () => {
    for (let size = 1; size <= 24; size++) {
      for (let group = 1; group <= size; group++) {
        for (let rank = 1; rank <= size; rank++)
          expect(chanceOfBest(rank, { size, group })).toBeCloseTo(exactly(rank, size, group), 14);
      }
    }
  });

  it('keeps its digits in large pools and large groups', () => {
    for (const [rank, size, group] of [
      [1, 92_000, 4],
      [70_000, 92_000, 4],
      [3, 92_000, 30_000],
      [200, 3_000, 900],
    ] as const) {
      const exact = exactly(rank, size, group);
      expect(Math.abs(chanceOfBest(rank, { size, group }) / exact - 1)).toBeLessThan(1e-10);
    }
  });

  it('adds up to one winner a group', () => {
    let sum = 0;
    for (let rank = 1; rank <= 5000; rank++) sum += (7 / 5000) * chanceOfBest(rank, { size: 5000, group: 7 });
    expect(sum).toBeCloseTo(1, 12);
  });
});
