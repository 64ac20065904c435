import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { planRun } from '../../../src/experiment/planning/plan.ts';
import { runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const ALL = ['acquisition.initial=all', 'acquisition.name=full-data', 'posterior.training.patience=10'];
const eventsOf = (id: string) => readEvents(join(runs, id, 'events.jsonl'));

describe('a run with acquisition.initial=all', () => {
  beforeAll(async () => {
    await runExperiment({ config, overrides: ALL, id: 'full' });
  });

  test('labels the whole pool, trains once and ends without an error', () => {
    const [, selected, received, measured, finished, ...rest] = eventsOf('full');
    expect(rest).toEqual([]);
    expect(selected).toMatchObject({ type: 'batch.selected', round: 0, policy: 'initial' });
    expect(selected?.type === 'batch.selected' && new Set(selected.ids).size).toBe(240);
    expect(received).toMatchObject({ type: 'labels.received', round: 0 });
    expect(measured).toMatchObject({ type: 'round.measured', round: 0, labels: 240, labelsCharged: 280 });
    expect(finished).toMatchObject({ type: 'run.finished', reason: 'pool-exhausted', rounds: 1, labels: 240 });
  });

  test('is the run whose initial labels are as many as the pool has items', async () => {
    const overrides = ['acquisition.initial=240', ...ALL.slice(1)];
    await runExperiment({ config, overrides, id: 'counted' });
    const facts = (id: string) =>
      eventsOf(id)
        .slice(1)
        .map(({ time: _time, seconds: _seconds, ...fact }) => fact);
    expect(facts('counted')).toEqual(facts('full'));
  });

  test('is planned as one round, whatever a batch would be', async () => {
    const { config: loaded } = await loadConfig(config, [...ALL, 'acquisition.batch=320']);
    const plan = await planRun(loaded, 'next');
    expect(plan).toMatchObject({ rounds: 1, initial: 240, labels: 240, validationLabels: 40 });
    expect(plan.trainingFlop).toBe(12 * (16 * 17 + 8 * 17 + 9) * 240 * 3 * 3);
    const { stdout } = await balpm(['run', '-c', config, '--dry-run', ...ALL]);
    expect(stdout).toContain('  plan    1 round: 240 labels = 240 labels (and 40 validation labels charged)');
  });

  test('is set apart from a run with a curve by compare and report', async () => {
    const curve = await runExperiment({ config, overrides: ['acquisition.policy=random', 'rounds=2'], id: 'curve' });
    const paths = [join(runs, 'full'), curve.directory];
    const { status, stdout } = await balpm(['compare', ...paths]);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'left out: full, an upper bound that labels the whole pool at once (acquisition.initial: all)',
    );
    const report = join(scratch.path, 'report');
    expect(await balpm(['report', ...paths, '--out', report])).toMatchObject({ status: 0 });
    expect(readFileSync(join(report, 'index.html'), 'utf8')).toContain('training on the whole labelled pool');
  });
});
