import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { readDataset } from '../../../src/data/dataset.ts';
import { type ExperimentResult, runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import type { RunEvent } from '../../../src/ledger/events.ts';
import { writeSyntheticWorld } from '../../../src/synthetic/write-synthetic-world.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeDerivedStore } from '../../support/derived-store.ts';
import { judgeThirtyLabels } from '../../support/judge-thirty-labels.ts';
import { hasOfRoundOne, runAndStrike } from '../../support/struck-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const NOISE = 'posterior.noise.type=distance';
const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const place = (name: string): string => join(scratch.path, name);
const eventsOf = (id: string): readonly RunEvent[] => readEvents(join(runs, id, 'events.jsonl'));
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;

const measured = (id: string) => eventsOf(id).filter((event) => event.type === 'round.measured');
const argumentsOf = (id: string): string[] => ['run', '-c', config, '--id', id, 'rounds=5', NOISE];

describe('a run under distance noise', () => {
  let whole: ExperimentResult;
  beforeAll(async () => {
    whole = await runExperiment({ config, overrides: ['rounds=5', NOISE], id: 'whole' });
  });

  test('chooses an exponent in rounds 0 and 2 and keeps it between them', () => {
    const noises = measured('whole').map(({ noise }) => noise?.[0]);
    expect(noises.map((noise) => noise?.losses.length)).toEqual([3, 0, 3, 0, 0]);
    expect(noises[1]?.exponent).toBe(noises[0]?.exponent);
    expect(noises[4]?.exponent).toBe(noises[2]?.exponent);
    for (const noise of [noises[0], noises[2]]) {
      const losses = noise?.losses ?? [];
      expect(noise?.exponent).toBe([0, 0.5, 1][losses.indexOf(Math.min(...losses))]);
    }
  });

  test.each(['round.measured', 'batch.selected'] as const)(
    'ends with the same digest when its processes are killed after %s of round 1',
    async (type) => {
      const id = `killed-${type}`;
      const strike = { log: join(runs, id, 'events.jsonl'), isTime: hasOfRoundOne(type), victim: 'both' } as const;
      await runAndStrike(argumentsOf(id), strike);
      const { status, stderr } = await balpm([...argumentsOf(id), '--or-resume']);
      expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error:') });
      expect(await digestOf(id)).toBe(whole.digest);
    },
  );

  test('of exponent 0 picks and measures as one of constant noise does', async () => {
    const fixed = { config, overrides: ['rounds=2', NOISE, 'posterior.noise.exponent=0'], id: 'zero' };
    await runExperiment(fixed);
    await runExperiment({ config, overrides: ['rounds=2'], id: 'constant' });
    const told = (id: string) => eventsOf(id).map(({ time: _time, seconds: _seconds, ...event }) => event);
    const [zero, constant] = [told('zero').slice(1), told('constant').slice(1)];
    expect(zero.map((event) => ('noise' in event ? { ...event, noise: undefined } : event))).toEqual(constant);
    for (const event of constant) expect(event).not.toHaveProperty('noise');
  });

  test('chooses by cross-fitting where nothing validates', async () => {
    const overrides = ['rounds=1', NOISE, 'validation.split=null', 'posterior.noise.folds=3'];
    await runExperiment({ config, overrides, id: 'cross-fitted' });
    expect(measured('cross-fitted')[0]?.noise?.[0]?.losses).toHaveLength(3);
  });
});

describe('a run that stops by cross-fitting', () => {
  const FOLDS = ['rounds=2', 'validation.folds=3'];

  test('charges no label of validation, reports one last step a round, and ends the same when it is killed', async () => {
    const overrides = [...FOLDS, 'validation.split=null', NOISE, 'posterior.training.epochs=20'];
    const { digest } = await runExperiment({ config, overrides, id: 'folded' });
    for (const { members, labels, labelsCharged, noise } of measured('folded')) {
      expect(labelsCharged).toBe(labels);
      expect(new Set(members.map(({ stopStep }) => stopStep)).size).toBe(1);
      for (const { stopStep, bestStep, bestLoss } of members) expect([bestStep, bestLoss]).toEqual([stopStep, null]);
      expect(members[0]?.stopStep).toBeLessThanOrEqual(20 * Math.ceil(labels / 32));
      expect(noise?.[0]?.losses.length).toBe(labels === 16 ? 3 : 0);
    }
    const words = ['run', '-c', config, '--id', 'folded-killed', ...overrides];
    const log = join(runs, 'folded-killed', 'events.jsonl');
    await runAndStrike(words, { log, isTime: (lines) => lines.length >= 3, victim: 'both' });
    expect(await balpm([...words, '--or-resume'])).toMatchObject({ status: 0 });
    expect(await digestOf('folded-killed')).toBe(digest);
  });

  test('takes the validation pairs along, and charges them', async () => {
    await runExperiment({ config, overrides: FOLDS, id: 'folded-with-split' });
    const [first] = measured('folded-with-split');
    expect(first).toMatchObject({ labels: 16, labelsCharged: 56, members: [{ bestLoss: null }, {}, {}] });
  });
});

test('a run with lapses predicts no pair more surely than they allow', async () => {
  const overrides = ['rounds=2', 'posterior.noise.type=lapse', 'posterior.noise.lapseRate=0.4'];
  const { status } = await runExperiment({ config, overrides, id: 'lapses' });
  expect(status).toBe('done');
  const least = Math.log(0.2);
  for (const event of measured('lapses')) {
    expect(event).not.toHaveProperty('noise');
    for (const { logLikelihood } of Object.values(event.splits)) expect(logLikelihood).toBeGreaterThan(least);
  }
});

describe('a cross-backbone run under distance noise', () => {
  const stores = [place('world/features'), place('narrow')];
  const overrides = [
    `data={dataset: ${place('world')}, store: ${stores[0]}, stores: [${stores.join(', ')}]}`,
    'posterior.type=cross-backbone',
    'rounds=2',
    NOISE,
  ];
  beforeAll(async () => {
    const { config: loaded } = await loadConfig(config);
    if (loaded.data.type !== 'synthetic') throw new Error('a synthetic world is needed');
    await writeSyntheticWorld(loaded.data.world, place('world'));
    await writeDerivedStore(await readDataset(place('world')), stores[0] as string, stores[1] as string, {
      dimension: 12,
    });
  });

  test('chooses an exponent in every store', async () => {
    const { status } = await runExperiment({ config, overrides, id: 'crossed' });
    expect(status).toBe('done');
    const noises = measured('crossed').map(({ noise }) => noise?.map(({ losses }) => losses.length));
    expect(noises).toEqual([
      [3, 3],
      [0, 0],
    ]);
  });

  test('scales every store by its own distances', async () => {
    const noises = await Promise.all([
      predictWith(...overrides, 'posterior.noise.exponent=1'),
      predictWith(...overrides, 'posterior.noise.exponent=1', `data.stores=[${[...stores].reverse().join(', ')}]`),
    ]);
    for (const told of noises) expect(told).toEqual([1, 1]);
  });
});

/** The exponents of the posterior of 30 labels, and that it judges a pair of equal answers to be even. */
const predictWith = (...overrides: string[]) =>
  judgeThirtyLabels(scratch.path, [config, overrides], async ({ posterior, problem, workbench }) => {
    const { logits, samples } = await posterior.predict(Int32Array.of(3, 3, 0, 1));
    expect(samples).toBe(2);
    expect([logits[0], logits[2]]).toEqual([0, 0]);
    const distances = await Promise.all(problem.memberStores.map((store) => workbench.pairDistances(problem, store)));
    expect(distances[0]).not.toEqual(distances[1]);
    return posterior.noise.map(({ exponent }) => exponent);
  });
