import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { collectArms } from '../../src/evaluation/arms.ts';
import type { RunRecord } from '../../src/evaluation/run-record.ts';
import { baseConfig, reproduceCommands } from '../../src/report/reproduce.ts';
import { simulatedRuns } from '../evaluation/oracles/simulated-runs.ts';

const world = { efficiency: { random: 1, bal: 1.5 }, seeds: [9, 17], rounds: 3, noise: 0.001, world: 'reproduce' };
const withConfig = (change: (run: RunRecord) => Readonly<Record<string, unknown>>): RunRecord[] =>
  simulatedRuns(world).map((run) => ({ ...run, config: change(run) }));
const armsOf = (runs: readonly RunRecord[]) => collectArms(runs, 'random').arms;

test('reproduceCommands() gives one sweep a policy with only what differs from the base configuration', () => {
  const arms = armsOf(
    withConfig(({ policy, seed }) => ({
      seed,
      sweep: { seed: [9, 17] },
      acquisition: {
        policy: policy === 'bal' ? 'batch-entropy' : policy,
        name: policy === 'bal' ? 'bal' : null,
        'batch-entropy': { beta: policy === 'bal' ? 0.1 : 0.01 },
      },
    })),
  );
  expect(reproduceCommands(arms)).toEqual([
    'balpm sweep -c config.yaml --id again-random seed=9,17',
    'balpm sweep -c config.yaml --id again-bal acquisition.batch-entropy.beta=0.1 acquisition.name=bal acquisition.policy=batch-entropy seed=9,17',
    'balpm compare runs/again-random runs/again-bal',
  ]);
  expect(baseConfig(arms)).not.toHaveProperty('sweep');
});

test('reproduceCommands() falls back to single runs where a value would look like a list, and quotes for the shell', () => {
  const arms = armsOf(
    withConfig(({ policy, seed }) => ({
      seed,
      acquisition: { policy },
      ...(policy === 'bal' ? { text: "it's a, b" } : {}),
    })),
  );
  expect(reproduceCommands(arms).slice(1)).toEqual([
    `balpm run -c config.yaml --id again-bal-s9 acquisition.policy=bal 'text=it'\\''s a, b' seed=9`,
    `balpm run -c config.yaml --id again-bal-s17 acquisition.policy=bal 'text=it'\\''s a, b' seed=17`,
    'balpm compare runs/again-random runs/again-bal-s9 runs/again-bal-s17',
  ]);
});

test('reproduceCommands() writes what a page would show as an escape in a form that the shell reads back', () => {
  const text = "a\u202eb\u001b[31m'\\\u{e0041}";
  const arms = armsOf(withConfig(({ policy }) => ({ acquisition: { policy }, ...(policy === 'bal' ? { text } : {}) })));
  const command = reproduceCommands(arms).find((line) => line.includes('text=')) as string;
  expect(command).toMatch(/^[\x20-\x7e]+$/);
  const read = execFileSync('bash', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
  expect(read.split('\n')).toContain(`text=${text}`);
});
