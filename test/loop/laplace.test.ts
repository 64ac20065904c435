import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { readEvents } from '../../src/ledger/event-log.ts';
import type { RunEvent } from '../../src/ledger/events.ts';
import { type ExperimentResult, resumeExperiment, runExperiment } from '../../src/loop/run-experiment.ts';
import { makeScratch } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const LAPLACE = ['posterior.type=laplace', 'rounds=2'];

describe('a run with posterior.type=laplace', () => {
  let whole: ExperimentResult;
  beforeAll(async () => {
    whole = await runExperiment({ config, overrides: LAPLACE, id: 'whole' });
  });

  test('trains one head and disagrees with itself', () => {
    const measured = readEvents(join(whole.directory, 'events.jsonl')).filter(({ type }) => type === 'round.measured');
    expect(measured).toHaveLength(2);
    for (const event of measured) {
      expect(event).toMatchObject({ members: [{ bestLoss: expect.any(Number) }] });
      expect(event.type === 'round.measured' && event.splits['test']?.epistemic).toBeGreaterThan(1e-4);
    }
  });

  test('is stopped and resumed to the same digest', async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: RunEvent): void => {
      if (type === 'round.measured') controller.abort();
    };
    const options = { config, overrides: LAPLACE, id: 'stopped', signal: controller.signal, onEvent };
    const stopped = await runExperiment(options);
    expect(stopped.status).toBe('stopped');
    expect(await resumeExperiment(stopped.directory)).toMatchObject({ status: 'done', digest: whole.digest });
  });

  test('says what is needed where the last layer has no most probable weights', async () => {
    const overrides = [...LAPLACE, 'posterior.laplace.priorPrecision=0', 'acquisition.initial=4'];
    await expect(runExperiment({ config, overrides, id: 'singular' })).rejects.toMatchObject({
      exitStatus: 2,
      message: expect.stringMatching(/Cannot approximate .* a larger posterior\.laplace\.priorPrecision is needed/),
    });
  });

  test.each([
    ['posterior.laplace.priorPrecision=-1', /a number of at least 0 is needed/],
    ['posterior.laplace.priorPrecision=.inf', /a number is needed/],
    ['posterior.laplace.samples=0', /a number of at least 1 is needed/],
    ['posterior.laplace.samples=257', /a number of at most 256 is needed/],
    ['posterior.laplace.priorPrecison=1', /did you mean 'posterior\.laplace\.priorPrecision'/],
  ])('is refused with %s', async (override, message) => {
    await expect(loadConfig(config, [...LAPLACE, override])).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });
});
