import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { planRun } from '../../../src/experiment/planning/plan.ts';
import { type ExperimentResult, resumeExperiment, runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readStoreManifest } from '../../../src/features/store/store.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import type { RunEvent } from '../../../src/ledger/events.ts';
import { readRunRecord } from '../../../src/ledger/read-run-record.ts';
import { writeSyntheticWorld } from '../../../src/synthetic/write-synthetic-world.ts';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { forgeManifest } from '../../support/damaged-store.ts';
import { writeDerivedStore } from '../../support/derived-store.ts';
import { judgeThirtyLabels } from '../../support/judge-thirty-labels.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const place = (name: string): string => join(scratch.path, name);
const stores = [place('world/features'), place('narrow'), place('wide')] as const;
const DIMENSIONS = [16, 5, 12];

/** Overrides of a run on the written world with some member stores. */
const on = (members: readonly string[], ...more: string[]): string[] => [
  `data={dataset: ${place('world')}, store: ${stores[0]}, stores: [${members.join(', ')}]}`,
  'posterior.type=cross-backbone',
  'rounds=3',
  ...more,
];
const members = on(stores);
const eventsOf = (id: string): readonly RunEvent[] => readEvents(join(runs, id, 'events.jsonl'));

let whole: ExperimentResult;
let wallMs = 0;

beforeAll(async () => {
  const { config: loaded } = await loadConfig(config);
  if (loaded.data.type !== 'synthetic') throw new Error('a synthetic world is needed');
  await writeSyntheticWorld(loaded.data.world, place('world'));
  const dataset = await readDataset(place('world'));
  await writeDerivedStore(dataset, stores[0], stores[1], { dimension: 5 });
  await writeDerivedStore(dataset, stores[0], stores[2], { dimension: 12 });
  const begun = performance.now();
  whole = await runExperiment({ config, overrides: members, id: 'whole' });
  wallMs = performance.now() - begun;
});

describe('a run of a cross-backbone ensemble', () => {
  test('trains a member on every store and says which stores they are', async () => {
    expect(whole).toMatchObject({ status: 'done', state: { measuredRounds: 3 } });
    const [started, ...rest] = eventsOf('whole');
    const ids = await Promise.all(stores.map(async (store) => (await readStoreManifest(store)).id));
    expect(started).toMatchObject({ storeId: ids[0], memberStoreIds: ids });
    for (const event of rest) if (event.type === 'round.measured') expect(event.members).toHaveLength(3);
    const data = JSON.parse(readFileSync(join(runs, 'whole', 'data.json'), 'utf8')) as object;
    expect(data).toMatchObject({ memberStores: stores.map((path, index) => ({ path, id: ids[index] })) });
  });

  test('has the samples of one posterior a store, in their order', async () => {
    const alone = await Promise.all(
      ([0, 1] as const).map((member) =>
        predictOn(
          `data={dataset: ${place('world')}, store: ${stores[member]}}`,
          'posterior.type=deep-ensemble',
          `posterior.members=${member + 1}`,
        ),
      ),
    );
    const joined = await predictOn(...on(stores.slice(0, 2)));
    const count = joined.logits.length / 2;
    expect(joined.samples).toBe(2);
    expect(joined.logits.subarray(0, count)).toEqual(alone[0]?.logits);
    const second = alone[1]?.logits.subarray(count) ?? [];
    expect(second).toHaveLength(count);
    joined.logits.subarray(count).forEach((value, index) => expect(value).toBeCloseTo(second[index] as number, 4));
  });

  test('depends on the order of the stores', async () => {
    const swapped = await runExperiment({ config, overrides: on([...stores].reverse()), id: 'swapped' });
    const records = await Promise.all([whole, swapped].map(({ directory }) => readRunRecord(directory)));
    expect(records[0]?.digest).not.toBe(records[1]?.digest);
    expect(records[0]?.comparisonKey).not.toBe(records[1]?.comparisonKey);
  });

  test('is stopped and resumed to the same digest', async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: RunEvent): void => {
      if (type === 'round.measured') controller.abort();
    };
    const stopped = await runExperiment({
      config,
      overrides: members,
      id: 'stopped',
      signal: controller.signal,
      onEvent,
    });
    expect(stopped.status).toBe('stopped');
    expect(await resumeExperiment(stopped.directory)).toMatchObject({ status: 'done', digest: whole.digest });
  });

  test.each([0.5, 0.8])('ends with the same digest when it is killed after %d of its time', async (share) => {
    const id = `killed-${share}`;
    const timeout = Math.floor(share * wallMs);
    await execa(process.execPath, [join(ROOT, 'dist/main.js'), 'run', '-c', config, '--id', id, ...members], {
      timeout,
      killSignal: 'SIGKILL',
      reject: false,
      stdio: 'ignore',
    });
    const { status, stderr } = await balpm(['run', '-c', config, '--id', id, '--or-resume', ...members]);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error:') });
    expect((await balpm(['runs', 'digest', join(runs, id)])).stdout).toBe(whole.digest);
  });

  test('does not go on with other member stores', async () => {
    const options = { config, overrides: on([...stores].reverse()), id: 'whole', orResume: true };
    await expect(runExperiment(options)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/Cannot go on with run 'whole': its memberStoreIds was .* and is /),
    });
  });

  test('is planned with the operations of every store', async () => {
    const plan = await planRun((await loadConfig(config, members)).config, 'next');
    const parameters = DIMENSIONS.map((dimension) => 16 * (dimension + 1) + 8 * 17 + 9);
    const sum = parameters.reduce((total, count) => total + count, 0);
    expect(plan.trainingFlop).toBe(12 * sum * (16 + 24 + 32) * 3);
  });
});

/** What the posterior of 30 labels says of the pool, with a worker that is killed between fit and prediction. */
const predictOn = (...overrides: string[]) =>
  judgeThirtyLabels(scratch.path, [config, overrides], async ({ posterior, problem, workbench, work }) => {
    process.kill((await workbench.worker()).hello.pid, 'SIGKILL');
    rmSync(join(work, 'posteriors'), { recursive: true });
    return posterior.predict(problem.pool.pairs);
  });

describe('a cross-backbone ensemble is refused before anything is spent', () => {
  const other = place('other-world');
  const [fewerRows, copied] = [place('fewer-rows'), place('copied')];
  beforeAll(async () => {
    const { config: loaded } = await loadConfig(config, ['data.world.seed=77']);
    if (loaded.data.type === 'synthetic') await writeSyntheticWorld(loaded.data.world, other);
    forgeManifest(stores[1], fewerRows, ({ features, ...rest }) => {
      const responses = [features.responses[0] - 1, features.responses[1]] as [number, number];
      return { ...rest, features: { ...features, responses } };
    });
    forgeManifest(stores[1], copied, (manifest) => manifest);
  });

  test.each([
    ['one store only', () => on([stores[0]]), 'usage', /'data\.stores'.* a list with a length of at least 2 is needed/],
    [
      'no stores',
      () => [`data={dataset: ${place('world')}, store: ${stores[0]}}`, 'posterior.type=cross-backbone'],
      'usage',
      /'data\.stores'.* a list of at least two feature stores \(because posterior\.type is cross-backbone\) is needed/,
    ],
    [
      'a synthetic world',
      () => ['posterior.type=cross-backbone'],
      'usage',
      /'data\.stores'.*at least two feature stores/,
    ],
    ['a missing store', () => on([stores[0], place('none')]), 'data', /manifest.*none\/manifest\.json/],
    [
      'the same store twice',
      () => on([stores[1], stores[0], stores[1]]),
      'usage',
      /narrow' has the content of '.*narrow'/,
    ],
    ['a copy of a store', () => on([stores[1], copied]), 'usage', /copied' has the content of '.*narrow'/],
    [
      'a store of another dataset',
      () => on([stores[1], join(other, 'features')]),
      'data',
      /feature store '.*other-world\/features': it was made for dataset/,
    ],
    [
      'a store of other texts',
      () => on([stores[0], fewerRows]),
      'data',
      /feature store '.*fewer-rows': it has 759 rows of responses where its dataset has 760; extract or import/,
    ],
  ] as const)('with %s', async (_what, overrides, kind, message) => {
    const before = readdirSync(runs);
    const refused = { kind, message: expect.stringMatching(message) };
    await expect(runExperiment({ config, overrides: overrides(), id: 'refused' })).rejects.toMatchObject(refused);
    expect(readdirSync(runs)).toEqual(before);
  });

  test('with a member store whose file is not the one its manifest names', async () => {
    const broken = place('broken');
    forgeManifest(stores[1], broken, ({ features, ...rest }) => ({ ...rest, features: { ...features, bytes: 3 } }));
    const options = { config, overrides: on([stores[0], broken]), id: 'refused' };
    await expect(runExperiment(options)).rejects.toMatchObject({
      exitStatus: 4,
      message: expect.stringContaining(broken),
    });
    expect(readdirSync(runs)).not.toContain('refused');
  });
});
