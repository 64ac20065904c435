import { describe, expect, test } from 'vitest';
import { referenceSavings, savings } from '../../src/evaluation/savings.ts';
import { labelAxis, type SimulatedWorld, simulatedCurve } from './oracles/simulated-runs.ts';

const ROUNDS = 40;
const SEEDS = [1, 2, 3, 4, 5];
const curves = (world: Omit<SimulatedWorld, 'rounds' | 'seeds'>, policy: string): number[][] =>
  SEEDS.map((seed) => simulatedCurve({ ...world, seeds: SEEDS, rounds: ROUNDS }, policy, seed));

describe('savings()', () => {
  test('finds the labels a policy of known efficiency saves', () => {
    const world = { efficiency: { random: 1, better: 1.5 }, noise: 0.0001, world: 'savings' };
    const found = savings({
      labels: labelAxis(ROUNDS),
      policy: curves(world, 'better'),
      baseline: curves(world, 'random'),
    });
    expect(found.map(({ share }) => share)).toEqual([0.5, 0.75, 0.9, 0.95]);
    const labelsAt = (share: number): number =>
      40 - 400 * Math.log(1 - share * (1 - Math.exp(-(40 * (ROUNDS - 1)) / 400)));
    for (const { share, saved, low, high } of found) {
      const truth = 1 - (40 + (labelsAt(share) - 40) / 1.5) / labelsAt(share);
      expect(saved).toBeCloseTo(truth, 1);
      expect(low as number).toBeLessThan(saved as number);
      expect(high as number).toBeGreaterThan(saved as number);
    }
  });

  test('counts labels on the axis it is given: charged labels dilute the saving', () => {
    const world = { efficiency: { random: 1, better: 1.5 }, noise: 0.0001, world: 'savings' };
    const paired = { policy: curves(world, 'better'), baseline: curves(world, 'random') };
    const [acquired] = savings({ ...paired, labels: labelAxis(ROUNDS) });
    const [charged] = savings({ ...paired, labels: labelAxis(ROUNDS).map((labels) => labels + 1000) });
    expect(charged?.saved as number).toBeLessThan((acquired?.saved as number) / 2);
  });

  test('says never, and at most how much, where the level is not reached', () => {
    const [, , , last] = savings({ labels: [100, 200, 400], policy: [[0, 0.1, 0.2]], baseline: [[0, 0.9, 1]] });
    expect(last).toEqual({
      share: 0.95,
      saved: null,
      low: null,
      high: null,
      atMost: expect.closeTo(1 - 400 / (200 * Math.SQRT2), 10),
    });
  });

  test('has nothing to say where the baseline gains nothing', () => {
    const [half] = savings({ labels: [100, 200], policy: [[0, 1]], baseline: [[1, 0]] });
    expect(half).toEqual({ share: 0.5, saved: null, low: null, high: null, atMost: null });
  });

  test('averages about nothing between identical policies, where the reference finds savings', () => {
    const found = Array.from({ length: 60 }, (_, index) => {
      const world = { efficiency: {}, noise: 0.002, world: `null${index}` };
      const paired = { policy: curves(world, 'one'), baseline: curves(world, 'other') };
      const at75 = savings({
        labels: labelAxis(ROUNDS),
        policy: paired.policy.slice(0, 1),
        baseline: paired.baseline.slice(0, 1),
      })[1];
      return { sound: at75?.saved ?? 0, reference: referenceSavings(paired.policy, paired.baseline) ?? 0 };
    });
    const average = (key: 'sound' | 'reference'): number =>
      found.reduce((sum, one) => sum + one[key], 0) / found.length;
    expect(Math.abs(average('sound'))).toBeLessThan(0.05);
    expect(average('reference')).toBeGreaterThan(0.05);
  });
});

describe('referenceSavings()', () => {
  test('is one minus the share of rounds before the smoothed curve passes the baseline’s last value', () => {
    // smoothed policy: 0, 1, 2, 4, 5; smoothed baseline ends at 3: passed at index 3 of 5
    expect(referenceSavings([[0, 2, 4, 6, 5]], [[0, 1, 2, 3, 4]])).toBeCloseTo(1 - 3 / 5, 15);
    expect(referenceSavings([[0, 0, 0]], [[1, 1, 1]])).toBeNull();
  });
});
