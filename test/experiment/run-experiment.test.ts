import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BalpmError } from '../../src/base/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import {
  type ExperimentResult,
  resumeExperiment,
  runExperiment,
  type StartedRun,
} from '../../src/experiment/run-experiment.ts';
import { digestEvents } from '../../src/ledger/digest.ts';
import { readEvents } from '../../src/ledger/event-log.ts';
import type { RunEvent } from '../../src/ledger/events.ts';
import { balpm, makeScratch } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);
const overrides = ['rounds=2'];
const eventsFile = (id: string): string => join(scratch.path, 'runs', id, 'events.jsonl');

describe('runExperiment()', () => {
  const told: (string | StartedRun)[] = [];
  const labelled: number[] = [];
  let whole: ExperimentResult;
  beforeAll(async () => {
    whole = await runExperiment({
      config,
      overrides,
      id: 'whole',
      onStart: (run) => told.push(run),
      onEvent: (event, state) => {
        told.push(event.type);
        labelled.push(state.labelled.length);
      },
    });
  });

  test('runs to the end and tells where, and what came of it', () => {
    expect(whole).toMatchObject({ status: 'done', id: 'whole', directory: join(scratch.path, 'runs', 'whole') });
    expect(whole.state).toMatchObject({ finished: true, measuredRounds: 2 });
    expect(whole.digest).toBe(digestEvents(readEvents(eventsFile('whole'))));
    expect(readdirSync(whole.directory)).toContain('DONE');
  });

  test('tells the start once, then every event with the state it led to', () => {
    expect(told[0]).toMatchObject({ id: 'whole', directory: whole.directory, config: { rounds: 2 } });
    expect(told.slice(1)).toEqual(readEvents(eventsFile('whole')).map(({ type }) => type));
    expect(labelled).toEqual([0, 0, 16, 16, 16, 24, 24, 24]);
  });

  test('is what `balpm run` does', async () => {
    const { status } = await balpm(['run', '-c', config, '--id', 'by-command', ...overrides]);
    expect(status).toBe(0);
    expect(digestEvents(readEvents(eventsFile('by-command')))).toBe(whole.digest);
  });

  test('takes a configuration that is loaded, and with orResume a run that is there', async () => {
    const loaded = await loadConfig(config, overrides);
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent): void => void events.push(event);
    const again = await runExperiment({ config: loaded, id: 'whole', orResume: true, onEvent });
    expect(again).toEqual(whole);
    expect(events).toEqual([]);
  });

  test.each([
    ['an id that is there', { config, overrides, id: 'whole' }, 'a new id'],
    ['an id that is no name', { config, id: '../up' }, "Cannot use id '../up'"],
    ['another experiment under the id', { config, overrides: ['rounds=3'], id: 'whole', orResume: true }, 'rounds'],
    ['a missing file', { config: join(scratch.path, 'none.yaml') }, 'none.yaml'],
    ['a wrong key', { config, overrides: ['round=3'] }, "'round'"],
  ])('refuses %s and makes nothing', async (_what, options, message) => {
    const before = readdirSync(join(scratch.path, 'runs'));
    const error = await runExperiment(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BalpmError);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
    expect(readdirSync(join(scratch.path, 'runs'))).toEqual(before);
  });

  test('stops when asked, and resumeExperiment() brings it to the same end', async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: RunEvent): void => {
      if (type === 'round.measured') controller.abort();
    };
    const stopped = await runExperiment({ config, overrides, id: 'stopped', signal: controller.signal, onEvent });
    expect(stopped).toMatchObject({ status: 'stopped', state: { measuredRounds: 1, finished: false } });
    const done = await resumeExperiment(stopped.directory);
    expect(done).toMatchObject({ status: 'done', id: 'stopped', digest: whole.digest });
  });

  test('that is stopped before it begins is resumable', async () => {
    const stopped = await runExperiment({ config, overrides, id: 'early', signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ status: 'stopped', state: { started: false } });
    expect(await resumeExperiment('early', { runsDir: join(scratch.path, 'runs') })).toMatchObject({
      status: 'done',
      digest: whole.digest,
    });
  });

  test('ends with an error when its ledger is deleted, and goes on from what was kept to the same end', async () => {
    const events = eventsFile('deleted');
    const onEvent = ({ type }: RunEvent): void => {
      if (type === 'round.measured') rmSync(events);
    };
    const ended = runExperiment({ config, overrides, id: 'deleted', onEvent });
    await expect(ended).rejects.toMatchObject({ kind: 'data', message: expect.stringContaining('it was deleted') });
    expect(existsSync(events)).toBe(false);
    const root = join(events, '..');
    const [kept] = readdirSync(root).filter((name) => name.startsWith('events-lost-')) as [string];
    await expect(resumeExperiment(root)).rejects.toThrow(`${kept}')`);
    renameSync(join(root, kept), events);
    expect(await resumeExperiment(root)).toMatchObject({ status: 'done', digest: whole.digest });
  });

  test('waits for people, and says where their answers go', async () => {
    const asked = await runExperiment({ config, overrides: ['rounds=1', 'oracle.type=file'], id: 'asked' });
    if (asked.status !== 'waiting') throw new Error(`it is ${asked.status}`);
    const { batchFile, answersFile, needed } = asked.waiting;
    const lines = readFileSync(batchFile, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(needed);
    writeFileSync(
      answersFile,
      lines.map((line) => JSON.stringify({ id: (JSON.parse(line) as { id: string }).id, preferred: 'a' })).join('\n'),
    );
    expect(await resumeExperiment(asked.directory)).toMatchObject({ status: 'done', state: { measuredRounds: 1 } });
  });
});

test('resumeExperiment() refuses what is no run', async () => {
  await expect(resumeExperiment(scratch.path)).rejects.toThrow('it is not a run directory');
});
