import { expect, test } from 'vitest';
import { controlEstimate } from '../../../src/evaluation/control/control-estimate.ts';
import { controlObservations } from '../../../src/ledger/control-observations.ts';
import { CONTROL_WORLDS } from './oracles/control-worlds.ts';
import { simulateControl } from './oracles/simulated-control.ts';

// bench/control-coverage.ts does the same with 2,000 runs a world.
const RUNS = 60;

test.each(['random', 'worse'])(
  'controlEstimate() covers its truth, without bias, where the policy is %s',
  (name) => {
    const world = CONTROL_WORLDS.find((one) => one.name === name)!;
    const found = Array.from({ length: RUNS }, (_, seed) => simulateControl(world, seed));
    const share = (isCovered: readonly boolean[]): number => isCovered.filter(Boolean).length / RUNS;
    expect(share(found.map(({ advantage }) => advantage.isCovered))).toBeGreaterThan(0.86);
    expect(share(found.map(({ advantage }) => advantage.isAlwaysCovered))).toBeGreaterThan(0.88);
    for (const key of ['advantage', 'level'] as const) {
      expect(share(found.map((run) => run[key].isExactlyCovered))).toBeGreaterThan(0.95);
      const errors = found.map((run) => run[key].value - run[key].truth);
      const mean = errors.reduce((sum, error) => sum + error, 0) / RUNS;
      const spread = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / RUNS ** 2);
      expect(Math.abs(mean)).toBeLessThan(3 * spread);
    }
    const truth = found.reduce((sum, { advantage }) => sum + advantage.truth, 0) / RUNS;
    expect(truth < -0.1).toBe(name === 'worse');
  },
  60_000,
);

test('controlEstimate() says nothing without a control, of one item no interval for a look', () => {
  expect(controlEstimate(controlObservations([]))).toBeNull();
  const level = { values: [-0.7], centre: -0.69, range: 0.5 };
  const { logLikelihood, advantage } = controlEstimate([{ round: 1, level, difference: null }])!;
  expect(advantage).toBeNull();
  expect(logLikelihood).toMatchObject({ value: -0.7, low: null, high: null, items: 1 });
});
