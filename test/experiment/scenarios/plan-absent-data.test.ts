import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/base/text/canonical-json.ts';
import type { ExperimentConfig } from '../../../src/config/experiment.ts';
import { experimentIdentity } from '../../../src/config/identity.ts';
import { type LoadedConfig, loadConfig } from '../../../src/config/load.ts';
import { listRecipes } from '../../../src/config/recipes.ts';
import { loadSweep } from '../../../src/config/sweep.ts';
import { planRun, planRuns } from '../../../src/experiment/planning/plan.ts';
import { writeSyntheticWorld } from '../../../src/synthetic/write-synthetic-world.ts';
import { makeScratch, ROOT } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const paper = (name: string) => join(ROOT, 'configs/paper', `${name}.yaml`);
/** The overrides that put the data of a recipe into a directory of the test. */
const below = (directory: string, store = 'features/tldr-7b') => [
  `data.dataset=${join(scratch.path, directory, 'data/tldr')}`,
  `data.store=${join(scratch.path, directory, store)}`,
  `output.dir=${join(scratch.path, directory, 'runs')}`,
];
const planOf = async ({ config }: LoadedConfig) => planRun(config, join(config.output.dir, 'next'));
const load = (directory: string, ...overrides: string[]) =>
  loadConfig(paper('main'), [...below(directory), ...overrides]);

describe('planRun() without the data of a recipe', () => {
  test('counts by the sizes of the paper, says so and writes nothing', async () => {
    const before = readdirSync(scratch.path);
    const loaded = await load('nothing');
    const plan = await planOf(loaded);
    expect(plan).toMatchObject({
      pool: 92_000,
      prompts: 92_000,
      labels: 24_000,
      validationLabels: 33_083,
      splits: { test: 50_719, ood: 2284 },
      dimensions: [4096],
      guessed: [],
      secondsFromEarlierRuns: null,
    });
    expect(plan.absent).toEqual(['data/tldr', 'features/tldr-7b'].map((path) => join(scratch.path, 'nothing', path)));
    expect(plan.work.answers).toBe(75 * 2 * (92_000 + 50_719 + 2284) + validations(plan) * 2 * 33_083);
    expect(readdirSync(scratch.path)).toEqual(before);
  });

  /** After each of 4 epochs and every hundredth step. */
  const validations = ({ rounds }: { readonly rounds: number }): number =>
    Array.from({ length: rounds }, (_, round) => 4 + Math.ceil((10 * (round + 1) * 4) / 100)).reduce(
      (a, b) => a + b,
      0,
    );

  test.each([
    ['features/tldr-7b', 4096],
    ['features/tldr-70b', 8192],
    ['features/tldr-140b', 6144],
  ])('knows the width of %s, and that prompts are the 7B model’s', async (store, width) => {
    const items = 92_858 + 33_083 + 50_719 + 2284;
    const { dimensions, stores } = await planOf(await loadConfig(paper('main'), below('nothing', store)));
    expect(dimensions).toEqual([width]);
    expect(stores).toEqual([
      { path: join(scratch.path, 'nothing', store), mib: (items * (4 * (2 * width + 4096) + 12)) / 2 ** 20 },
    ]);
  });

  test('counts the features of every store that an ensemble over feature models reads', async () => {
    const stores = ['tldr-7b', 'tldr-70b', 'tldr-140b'].map((name) => join(scratch.path, 'nothing/features', name));
    const overrides = [...below('nothing'), `data.stores=[${stores.join()}]`];
    const plan = await planOf(await loadConfig(paper('cross-backbone'), overrides));
    expect(plan.dimensions).toEqual([4096, 8192, 6144]);
    expect(plan.featureMiB).toBe((4 * 2 * 178_944 * (4096 + 8192 + 6144)) / 2 ** 20);
    expect(plan.predictionMiB).toBe(3 * 64);
  });

  test('names a width that is a guess', async () => {
    const { guessed } = await planOf(await loadConfig(paper('main'), below('nothing', 'features/tldr-other')));
    expect(guessed).toEqual([join(scratch.path, 'nothing', 'features/tldr-other')]);
  });

  test('refuses as before what nobody knows the size of', async () => {
    const store = join(scratch.path, 'nothing', 'features/mine');
    await expect(planOf(await load('nothing', `data.store=${store}`))).rejects.toThrow(
      `Cannot read feature store manifest '${store}/manifest.json': there is no such file`,
    );
    const dataset = join(scratch.path, 'nothing', 'data/mine');
    await expect(planOf(await load('nothing', `data.dataset=${dataset}`))).rejects.toThrow(
      `Cannot read dataset manifest '${dataset}/manifest.json': there is no such file`,
    );
  });

  test('refuses a file about items of a dataset that is not there', async () => {
    const groups = join(scratch.path, 'groups.jsonl');
    writeFileSync(groups, '{"id": "train-1", "group": 1}\n');
    const refusal = { exitStatus: 4, message: expect.stringContaining('so its items are unknown') };
    await expect(planOf(await load('nothing', `acquisition.groups=${groups}`))).rejects.toMatchObject(refusal);
    await expect(planOf(await load('nothing', `data.columns=[${groups}]`))).rejects.toMatchObject(refusal);
  });

  test('refuses what the run would be refused for', async () => {
    const asked = await load('nothing', 'splits.poolSize=92859');
    await expect(planOf(asked)).rejects.toThrow('92858 are left to draw from');
  });

  test('uses what is there: the dataset’s real sizes, and a directory that is no dataset is refused', async () => {
    const tiny = await loadConfig(writeTinyConfig(scratch.path));
    const place = join(scratch.path, 'half/data/tldr');
    mkdirSync(dirname(place), { recursive: true });
    if (tiny.config.data.type === 'synthetic') await writeSyntheticWorld(tiny.config.data.world, place);
    const sizes = ['splits.poolSize=null', 'acquisition.initial=16', 'acquisition.batch=8'];
    const plan = await planOf(await load('half', ...sizes));
    expect(plan).toMatchObject({ pool: 240, validationLabels: 40, splits: { test: 60, ood: 40 }, dimensions: [4096] });
    expect(plan.absent).toEqual([join(scratch.path, 'half/features/tldr-7b')]);
    const whole = await planOf(await load('half', `data.store=${place}/features`, ...sizes));
    expect(whole).toMatchObject({ absent: [], dimensions: [16] });
    mkdirSync(join(scratch.path, 'empty/data/tldr'), { recursive: true });
    await expect(planOf(await load('empty'))).rejects.toMatchObject({ exitStatus: 4 });
  });
});

test('every recipe of the paper is planned where nothing is there, in both presets', async () => {
  const recipes = listRecipes().filter(({ name }) => name.startsWith('paper/'));
  expect(recipes).toHaveLength(40);
  const configs: ExperimentConfig[] = [];
  for (const { path } of recipes) {
    const cells = await loadSweep(path, ['seed=9'], (config) =>
      hashOf({ data: config.data, ...experimentIdentity(config) }),
    );
    configs.push(...cells.map(({ loaded }) => loaded.config));
  }
  for (const { pool, labels, disk, absent } of await planRuns(configs.map((config) => ({ config, root: 'next' })))) {
    expect(pool).toBe(92_000);
    expect(labels).toBeGreaterThanOrEqual(6000);
    expect(disk.keptMiB).toBeGreaterThan(1);
    expect(absent.length).toBeGreaterThanOrEqual(2);
  }
});
