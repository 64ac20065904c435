import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { planRun, planRuns } from '../../../src/experiment/planning/plan.ts';
import { readStoreManifest } from '../../../src/features/store/store.ts';
import { writeSyntheticWorld } from '../../../src/synthetic/write-synthetic-world.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeMeasuredRun } from '../../support/measured-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const path = writeTinyConfig(scratch.path);

/** The tiny configuration with a directory of runs of its own. */
const load = (runs: string, ...overrides: string[]) =>
  loadConfig(path, [`output.dir=${join(scratch.path, runs)}`, ...overrides]);

/** Writes a measured run of the tiny configuration, in its directory of runs. */
async function writeRun(id: string, loaded: Awaited<ReturnType<typeof load>>, seconds: number, data?: DataHashes) {
  const root = join(loaded.config.output.dir, id);
  mkdirSync(dirname(root), { recursive: true });
  return writeMeasuredRun(root, loaded, seconds, data);
}
type DataHashes = Parameters<typeof writeMeasuredRun>[3];

const secondsOf = async (runs: string, ...overrides: string[]) => {
  const { config } = await load(runs, ...overrides);
  return (await planRun(config, join(config.output.dir, 'next'))).secondsFromEarlierRuns;
};

describe('planRun()', () => {
  test('counts pool, labels, splits and operations and writes nothing', async () => {
    const { config } = await load('untouched');
    const { pool, labels, validationLabels, splits, trainingFlop } = await planRun(config, 'next');
    expect({ pool, labels, validationLabels, splits }).toEqual({
      pool: 240,
      labels: 16 + 3 * 8,
      validationLabels: 40,
      splits: { validation: 40, test: 60, ood: 40 },
    });
    const parameters = 16 * 17 + 8 * 17 + 9;
    expect(trainingFlop).toBe(12 * parameters * (16 + 24 + 32 + 40) * 3 * 3);
    expect(existsSync(config.output.dir)).toBe(false);
  });

  test('counts one head for a posterior of one head', async () => {
    const [ensemble, alone] = [await load('untouched'), await load('untouched', 'posterior.type=mc-dropout')];
    const { trainingFlop } = await planRun(ensemble.config, 'next');
    expect((await planRun(alone.config, 'next')).trainingFlop).toBe((trainingFlop as number) / 3);
  });

  test('refuses what the run would be refused for', async () => {
    const { config } = await load('untouched', 'acquisition.batch=500');
    await expect(planRun(config, 'next')).rejects.toMatchObject({ exitStatus: 2 });
  });

  test('times itself by the median of finished runs of the same arm, settings and world, in sweeps too', async () => {
    await writeRun('one', await load('timed', 'seed=1'), 1);
    await writeRun('sweep/two', await load('timed', 'seed=2'), 3);
    await writeRun('other-arm', await load('timed', 'acquisition.policy=random'), 100);
    await writeRun('other-settings', await load('timed', 'posterior.members=5'), 100);
    await writeRun('other-world', await load('timed', 'data.world.seed=7'), 100);
    expect(await secondsOf('timed')).toBe((4 * 1 + 4 * 3) / 2);
    expect(await secondsOf('timed', 'rounds=3')).toBeNull();
    expect(await secondsOf('absent')).toBeNull();
  });

  test('tells runs on another dataset at the same place apart by its hashes', async () => {
    const dataset = join(scratch.path, 'world');
    const { config } = await load('hashes');
    if (config.data.type === 'synthetic') await writeSyntheticWorld(config.data.world, dataset);
    const overrides = [`data={dataset: ${dataset}, store: ${dataset}/features}`];
    const { manifest } = await readDataset(dataset);
    const { id: storeId } = await readStoreManifest(join(dataset, 'features'));
    const hashes = { datasetHash: manifest.hash, labelsHash: manifest.labelsHash, storeId };
    await writeRun('before', await load('hashes', ...overrides), 100);
    expect(await secondsOf('hashes', ...overrides)).toBeNull();
    await writeRun('now', await load('hashes', ...overrides), 2, hashes);
    expect(await secondsOf('hashes', ...overrides)).toBe(4 * 2);
  });

  test('goes past a damaged run and names it', async () => {
    await writeRun('whole', await load('damaged'), 2);
    writeFileSync((await writeRun('broken', await load('damaged'), 2)).events, 'no event\n');
    const { config } = await load('damaged');
    const { secondsFromEarlierRuns, damagedRuns } = await planRun(config, 'next');
    expect(secondsFromEarlierRuns).toBe(8);
    expect(damagedRuns).toEqual([expect.stringContaining('broken/events.jsonl')]);
  });
});

test('planRuns() plans every run by its own configuration', async () => {
  const configs = await Promise.all(['rounds=2', 'rounds=3'].map((rounds) => load('untouched', rounds)));
  const plans = await planRuns(configs.map(({ config }, index) => ({ config, root: `run-${index}` })));
  expect(plans.map(({ run, labels }) => [run, labels])).toEqual([
    ['run-0', 24],
    ['run-1', 32],
  ]);
});
