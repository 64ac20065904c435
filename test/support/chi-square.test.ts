import { describe, expect, it } from 'vitest';
import { chiSquareP } from './chi-square.ts';

/** Counts whose statistic against even odds is `statistic`. */
const twoCells = (statistic: number): number =>
  chiSquareP([200 + 10 * Math.sqrt(statistic), 200 - 10 * Math.sqrt(statistic)], [0.5, 0.5]);

describe('chiSquareP()', () => {
  it('equals the tables at one and more degrees of freedom', () => {
    expect(twoCells(3.841459)).toBeCloseTo(0.05, 6);
    expect(twoCells(10.827566)).toBeCloseTo(0.001, 7);
    expect(chiSquareP([18, 5, 5, 5, 5, 10], Array(6).fill(1 / 6))).toBeCloseTo(0.003642954, 9);
    expect(chiSquareP([30, 10, 20], Array(3).fill(1 / 3))).toBeCloseTo(Math.exp(-5), 9);
  });

  it('is 1 where counts are as expected and 0 where the impossible happened', () => {
    expect(chiSquareP([10, 20, 0], [1 / 3, 2 / 3, 0])).toBeCloseTo(1, 6);
    expect(chiSquareP([10, 4000], [1 / 2, 1 / 2])).toBe(0);
    expect(chiSquareP([10, 20, 1], [1 / 3, 2 / 3, 0])).toBe(0);
  });
});
