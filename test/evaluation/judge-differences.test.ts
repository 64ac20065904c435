import { describe, expect, test } from 'vitest';
import { judgeDifferences } from '../../src/evaluation/judge-differences.ts';
import { areaUnderCurve } from '../../src/evaluation/metrics/area-under-curve.ts';
import { openStream } from '../../src/random/stream.ts';
import { labelAxis, type SimulatedWorld, simulatedCurve } from './oracles/simulated-runs.ts';

const ROUNDS = 20;
const COMPARISONS = 2000;
const seedsOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

function differences(world: Omit<SimulatedWorld, 'rounds'>, policy: string): number[] {
  const labels = labelAxis(ROUNDS);
  const area = (name: string, seed: number): number =>
    areaUnderCurve(labels, simulatedCurve({ ...world, rounds: ROUNDS }, name, seed));
  return world.seeds.map((seed) => area(policy, seed) - area('random', seed));
}

function answers(seeds: number, efficiency: number, comparisons: number): string[] {
  return Array.from({ length: comparisons }, (_, index) => {
    const world = {
      efficiency: { random: 1, other: efficiency },
      seeds: seedsOf(seeds),
      noise: 0.002,
      world: `w${index}`,
    };
    return judgeDifferences([differences(world, 'other')], 1)[0]?.verdict.answer ?? 'none';
  });
}

const shareOf = (answer: string, given: readonly string[]): number =>
  given.filter((one) => one === answer).length / given.length;

describe('judgeDifferences()', () => {
  test.each([5, 10])('says yes to at most 5 % of identical policies over %i seeds', (seeds) => {
    const given = answers(seeds, 1, COMPARISONS);
    expect(shareOf('yes', given)).toBeLessThan(0.05);
    expect(shareOf('undecided', given)).toBeGreaterThan(0.93);
  });

  test('says yes to at most 5 % of families of four identical policies', () => {
    const names = ['p1', 'p2', 'p3', 'p4'];
    const families = Array.from({ length: 1000 }, (_, index) => {
      const world = { efficiency: {}, seeds: seedsOf(5), noise: 0.002, world: `family${index}` };
      const judged = judgeDifferences(
        names.map((name) => differences(world, name)),
        1,
      );
      return judged.some((judgement) => judgement?.verdict.answer === 'yes') ? 'yes' : 'undecided';
    });
    expect(shareOf('yes', families)).toBeLessThan(0.05);
  });

  test.each([
    [5, 0.9],
    [10, 0.99],
  ])('finds a policy that needs a third fewer labels over %i seeds', (seeds, atLeast) => {
    expect(shareOf('yes', answers(seeds, 1.5, 200))).toBeGreaterThan(atLeast);
  });

  test('says no to a policy that needs twice the labels', () => {
    expect(shareOf('no', answers(5, 0.5, 100))).toBeGreaterThan(0.9);
  });

  test.each([5, 8, 12])('covers a planted difference in 93 to 99 % of intervals over %i seeds', (seeds) => {
    const covered = Array.from({ length: 1000 }, (_, index) => {
      const stream = openStream(['coverage', seeds, index]);
      const [judgement] = judgeDifferences([seedsOf(seeds).map(() => 0.01 + 0.004 * stream.normal())], 1);
      const { low, high } = judgement?.interval ?? { low: null, high: null };
      return low !== null && high !== null && low <= 0.01 && high >= 0.01 ? 'covered' : 'missed';
    });
    expect(shareOf('covered', covered)).toBeGreaterThan(0.93);
    expect(shareOf('covered', covered)).toBeLessThan(0.99);
  });

  test('turns round where less is better', () => {
    const better = [-0.01, -0.011, -0.009, -0.012, -0.01];
    expect(judgeDifferences([better], -1)[0]?.verdict.answer).toBe('yes');
    expect(judgeDifferences([better], 1)[0]?.verdict.answer).toBe('no');
  });

  test('counts a policy without differences as no test', () => {
    const better = [0.01, 0.011, 0.009, 0.012, 0.01];
    const [judgement, nothing] = judgeDifferences([better, []], 1);
    expect(nothing).toBeNull();
    expect(judgement?.pAdjusted).toBe(judgement?.p);
  });

  test('is undecided about runs that are equal to the last bit', () => {
    expect(judgeDifferences([[0, 0, 0, 0, 0]], 1)[0]?.verdict.answer).toBe('undecided');
  });
});
