import { expect, test } from 'vitest';
import { formShares } from '../../../src/report/tables/form-shares.ts';
import { simulatedRuns } from '../../evaluation/oracles/simulated-runs.ts';

const runs = simulatedRuns({
  efficiency: { random: 1, sample: 1 },
  seeds: [1, 2],
  rounds: 3,
  noise: 0.002,
  world: 'form-shares',
});
const armOf = (policy: string) => ({ policy, runs: runs.filter((run) => run.policy === policy) });

test('formShares() is the mean share after the last round, of the policies whose reward sees form', () => {
  const sample = armOf('sample');
  const seeing = sample.runs.map((run, seed) => ({
    ...run,
    rounds: run.rounds.map((round, at) => ({ ...round, covariateShare: at === 2 ? 0.6 + 0.2 * seed : 0.1 })),
  }));
  const { html } = formShares([armOf('random'), { policy: 'sample', runs: seeing }], new Map());
  expect(html).toContain('0.70');
  expect(html).toMatch(/0\.00\D+1\.00/u); // two seeds: Student's interval is wider than a share can be
  expect(html.match(/<tr>/gu)).toHaveLength(2);
  expect(html).not.toContain('random');
});

test('formShares() says nothing of runs without form', () => {
  expect(formShares([armOf('random'), armOf('sample')], new Map()).html).toBe('');
});
