import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { writeSyntheticWorld } from '../../../src/synthetic/write-synthetic-world.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeDerivedStore } from '../../support/derived-store.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const place = (name: string): string => join(scratch.path, name);
const start = (id: string, ...overrides: string[]) =>
  runExperiment({ config, id, overrides: ['rounds=2', 'acquisition.policy=sample', ...overrides] });
const measured = (id: string) =>
  readEvents(join(scratch.path, 'runs', id, 'events.jsonl')).filter((event) => event.type === 'round.measured');

const DISTANCE = 'posterior.noise.type=distance';
const KINDS = [
  ['distance', DISTANCE],
  ['linear', 'posterior.type=bayesian-linear'],
] as const;

describe('a run on constant features', () => {
  const data = `data={dataset: ${place('world')}, store: ${place('constant')}}`;
  beforeAll(async () => {
    const { config: loaded } = await loadConfig(config);
    if (loaded.data.type !== 'synthetic') throw new Error('a synthetic world is needed');
    await writeSyntheticWorld(loaded.data.world, place('world'));
    await writeDerivedStore(await readDataset(place('world')), place('world/features'), place('constant'), {
      dimension: 8,
      change: () => 0.7,
    });
  });

  test('tosses coins under constant noise', async () => {
    expect(await start('coins', data)).toMatchObject({ status: 'done' });
    for (const { splits } of measured('coins')) expect(splits['test']?.logLikelihood).toBeCloseTo(-Math.LN2, 12);
  });

  test.each(KINDS)('is refused where noise goes by distance (%s, %s), saying what to do', async (id, kind) => {
    await expect(start(`refused-${id}`, data, kind)).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/^Cannot judge noise by distance .* have equal features; extract features that/),
    });
  });
});

test.each(KINDS)('a run (%s, %s) begins with one label and adds one at a time', async (name, kind) => {
  const id = `one-${name}`;
  const settings = ['acquisition.initial=1', 'acquisition.batch=1', 'rounds=3'];
  expect(await start(id, kind, ...settings)).toMatchObject({ status: 'done' });
  expect(measured(id).map(({ labels }) => labels)).toEqual([1, 2, 3]);
});

test('a run chooses an exponent by a single validation label', async () => {
  expect(await start('validated', DISTANCE, 'validation.size=1')).toMatchObject({ status: 'done' });
  const [first] = measured('validated');
  expect(first).toMatchObject({ labels: 16, labelsCharged: 17 });
  expect(first?.noise?.[0]?.losses).toHaveLength(3);
});
