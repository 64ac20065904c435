import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runExperiment } from '../../../src/experiment/run-experiment.ts';
import { digestEvents } from '../../../src/ledger/digest.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeOwnModel } from '../../support/own-model.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);

/** Runs a grid on one worker; gives the events of every run by its name. */
async function sweep(id: string, keys: readonly string[]) {
  const { status, stderr } = await balpm(['sweep', '-c', config, '--id', id, '--jobs', '1', 'rounds=2', ...keys]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const root = join(scratch.path, 'runs', id);
  const runs = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return new Map(runs.map(({ name }) => [name, readEvents(join(root, name, 'events.jsonl'))]));
}

describe('a run', () => {
  test.each([
    ['its defaults', 8, ['acquisition.policy=near-tie,batch-bald,epig,k-center,d-optimal,badge,typiclust,probcover']],
    ['pairs and hidden layers', 2, ['acquisition.policy=k-center', 'acquisition.k-center.space=pair,latent']],
    [
      'pairs and equal weights',
      2,
      [
        'acquisition.policy=d-optimal',
        'acquisition.d-optimal.space=pair,latent',
        'acquisition.d-optimal.weights=equal',
      ],
    ],
  ] as const)('goes to its end with every policy and %s, and to the same a second time', async (what, count, keys) => {
    const runs = await sweep(what.replaceAll(' ', '-'), keys);
    expect(runs.size).toBe(count);
    const again = await sweep(`${what.replaceAll(' ', '-')}-again`, keys);
    for (const [name, events] of runs) {
      const batches = events.flatMap((event) => (event.type === 'batch.selected' ? [event] : []));
      expect(batches.map(({ ids }) => new Set(ids).size)).toEqual([16, 8]);
      expect(events.at(-1)).toMatchObject({ type: 'run.finished', labels: 24 });
      expect(digestEvents(again.get(name) ?? [])).toBe(digestEvents(events));
    }
  });

  test('refuses a latent space with a model of the user before anything is spent', async () => {
    const overrides = [...writeOwnModel(scratch.path), 'acquisition.policy=badge'];
    const error = await runExperiment({ config, id: 'own', overrides }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      kind: 'usage',
      message:
        "Cannot use policy 'badge': it asks for the latent space, which posterior.type external has not, what the run provides is needed",
    });
    expect(readdirSync(join(scratch.path, 'runs'))).not.toContain('own');
  });

  test('refuses to judge by pairs where none are evaluated', async () => {
    const overrides = ['acquisition.policy=epig', 'splits.evaluate=["pool"]'];
    const error = await runExperiment({ config, id: 'unjudged', overrides }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining('it asks for an evaluated split') });
  });
});
