import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lureWeights } from '../../../src/evaluation/metrics/lure-weights.ts';
import { runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const run = (id: string, ...overrides: string[]) =>
  runExperiment({ config, id, overrides: ['rounds=3', 'posterior.type=laplace', ...overrides] });
const lossesOf = (id: string) =>
  readEvents(join(scratch.path, `runs/${id}/events.jsonl`)).flatMap((event) =>
    event.type === 'round.measured' ? [event.splits['test']!.logLikelihood] : [],
  );

test('labels.weighting lure weighs what a policy sought, and leaves random picks as they are', async () => {
  for (const weighting of ['none', 'lure']) {
    await run(`sample-${weighting}`, 'acquisition.policy=sample', `labels.weighting=${weighting}`);
    await run(`random-${weighting}`, 'acquisition.policy=random', `labels.weighting=${weighting}`);
  }
  expect(lossesOf('sample-lure')[0]).toBe(lossesOf('sample-none')[0]);
  expect(lossesOf('sample-lure')[2]).not.toBe(lossesOf('sample-none')[2]);
  for (const [round, loss] of lossesOf('random-lure').entries())
    expect(loss).toBeCloseTo(lossesOf('random-none')[round]!, 6);
});

test('lureWeights() are there for the batches of a run', async () => {
  const share = 'acquisition.best-of.randomShare=0.2';
  await run('weights', 'acquisition.policy=best-of', share, 'labels.weighting=lure');
  const batches = readEvents(join(scratch.path, 'runs/weights/events.jsonl')).flatMap((event) =>
    event.type === 'batch.selected' ? [{ round: event.round, inclusion: event.inclusion ?? null }] : [],
  );
  const weights = lureWeights(120, batches);
  expect(weights).toHaveLength(batches.flatMap(({ inclusion }) => inclusion ?? []).length);
  expect(weights.every((weight) => weight > 0)).toBe(true);
});

test.each([
  [['acquisition.policy=top-k'], "policy 'top-k' has no inclusion probabilities (deterministic"],
  [
    ['acquisition.policy=best-of'],
    "policy 'best-of' never picks the 3 items of the smallest measure; give acquisition.best-of.randomShare above 0",
  ],
  [
    ['acquisition.policy=random', 'posterior.type=external', 'posterior.module=none.py:Model'],
    'posterior.type external is given no weights',
  ],
])('labels.weighting lure is refused with %j', async (overrides, found) => {
  await expect(run('refused', 'labels.weighting=lure', ...overrides)).rejects.toThrow(found);
});

test('labels.weighting lure takes groups of one item without a share at random', async () => {
  const { status } = await run(
    'uniform',
    'acquisition.policy=best-of',
    'acquisition.best-of.m=1',
    'labels.weighting=lure',
  );
  expect(status).toBe('done');
});

test('labels.weighting lure is refused beside a control, whose arms hold labels that were drawn otherwise', async () => {
  const overrides = ['labels.weighting=lure', 'acquisition.policy=sample', 'acquisition.control=0.2'];
  await expect(run('refused', ...overrides)).rejects.toThrow('acquisition.control 0.2 compares labels');
});
