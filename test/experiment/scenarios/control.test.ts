import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resumeExperiment, runExperiment } from '../../../src/experiment/run-experiment.ts';
import { digestEvents } from '../../../src/ledger/digest.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import type { RunEvent } from '../../../src/ledger/events.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const at = (id: string, ...names: string[]): string => join(scratch.path, 'runs', id, ...names);
afterAll(scratch.remove);

type BatchSelected = Extract<RunEvent, { type: 'batch.selected' }>;

async function run(id: string, ...settings: string[]) {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', id, ...settings]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return readEvents(at(id, 'events.jsonl'));
}

const batchesOf = (events: readonly RunEvent[]): BatchSelected[] =>
  events.filter((event) => event.type === 'batch.selected');

describe('a run with a control', () => {
  // 16 + 3 · 8 + 2 labels empty the pool, whose last two items are both control.
  const settings = ['rounds=6', 'splits.poolSize=42', 'splits.evaluate=[pool,test]', 'acquisition.control=0.25'];
  let events: readonly RunEvent[] = [];
  beforeAll(async () => {
    events = await run('controlled', ...settings, 'acquisition.policy=top-k');
  });

  test('draws a quarter of every batch before the policy picks the rest', () => {
    const batches = batchesOf(events);
    expect(batches.map(({ ids, control }) => [ids.length, control?.items])).toEqual([
      [16, undefined],
      [8, 2],
      [8, 2],
      [8, 2],
      [2, 2],
    ]);
    expect(batches.map(({ control }) => control?.inclusion)).toEqual([undefined, 2 / 26, 2 / 18, 2 / 10, 1]);
    expect(batches[1]?.scores.map((score) => score === null)).toEqual([true, true, ...Array(6).fill(false)]);
    expect(new Set(batches.flatMap(({ ids }) => ids)).size).toBe(42);
  });

  test('has its posterior judge them before it learns them: on the whole pool that is the measured log-likelihood', () => {
    const [last] = batchesOf(events).slice(-1);
    const answers = events.findLast((event) => event.type === 'labels.received')?.answers ?? '';
    const measured = events.find((event) => event.type === 'round.measured' && event.round === 3);
    const likelihoods = last!.control!.run.map((p, item) => Math.log(answers[item] === 'a' ? p : 1 - p));
    const pool = measured?.type === 'round.measured' ? measured.splits['pool'] : undefined;
    expect(pool?.count).toBe(2);
    expect((likelihoods[0]! + likelihoods[1]!) / 2).toBeCloseTo(pool!.logLikelihood, 6);
    for (const likelihood of likelihoods) {
      expect(likelihood).toBeGreaterThanOrEqual(last!.control!.bounds[0] - 1e-12);
      expect(likelihood).toBeLessThanOrEqual(last!.control!.bounds[1] + 1e-12);
    }
  });

  test('compares as many picks as random items, from its second batch on', () => {
    const arms = batchesOf(events).map(({ control }) => control?.arms?.labels);
    expect(arms).toEqual([undefined, undefined, 18, 20, 22]);
    const { control } = batchesOf(events)[3]!;
    const differences = control!.arms!.picked.map((p, item) => Math.log(p / control!.arms!.random[item]!));
    for (const difference of differences)
      expect(Math.abs(difference)).toBeLessThanOrEqual(control!.arms!.largestDifference + 1e-12);
  });

  test('marks them in acquired.jsonl and shows the estimates', async () => {
    const rows = readFileSync(at('controlled', 'acquired.jsonl'), 'utf8').trim().split('\n');
    const marks = rows.map((row) => (JSON.parse(row) as { control?: boolean }).control);
    expect(marks.filter((mark) => mark === true)).toHaveLength(8);
    expect(marks.slice(0, 16)).toEqual(Array(16).fill(undefined));
    const shown = await balpm(['runs', 'show', at('controlled')]);
    expect(shown.stdout).toMatch(/control: log-likelihood of the remaining pool, mean over rounds, 8 items: -0\.\d{4}/);
    expect(shown.stdout).toMatch(
      /control: picks less random items, 22 labels each in the last round, 6 items: [+-]0\./,
    );
    const { stdout } = await balpm(['runs', 'show', at('controlled'), '--json']);
    expect(JSON.parse(stdout).control).toMatchObject({
      logLikelihood: { items: 8 },
      advantage: { items: 6, labels: 22 },
    });
  });

  test('can be looked at again: the picks are those of the policy, the control is acquired before them', async () => {
    const { status, stdout } = await balpm(['runs', 'explain', at('controlled'), '--round', '2', '--json']);
    expect(status).toBe(0);
    const { pool, picks } = JSON.parse(stdout) as { pool: number; picks: { id: string }[] };
    expect(pool).toBe(16);
    expect(picks.map(({ id }) => id)).toEqual(batchesOf(events)[2]?.ids.slice(2));
    const shown = await balpm(['runs', 'explain', at('controlled'), '--round', '2', '--picks', '1']);
    expect(shown.stdout).toMatch(
      /^controlled round 2: 6 picks of top-k \(and 2 drawn at random for the control\) from 16 items after 24 labels, /,
    );
  });

  test('draws the same control whatever the policy, as long as the same items are left', async () => {
    const others = batchesOf(await run('random', ...settings, 'acquisition.policy=random'));
    expect(others[1]?.ids.slice(0, 2)).toEqual(batchesOf(events)[1]?.ids.slice(0, 2));
  });

  test('tells how likely each item was, given what was drawn before', async () => {
    const batches = batchesOf(await run('inclusion', ...settings, 'acquisition.policy=random'));
    const lefts = [42, 26, 18, 10, 2]; // N; 2 control items of N, then 6 picks of N − 2
    expect(batches.map(({ inclusion }) => inclusion)).toEqual(
      lefts.map((left, round) => {
        if (round === 0) return Array(16).fill(16 / left);
        return [2 / left, 2 / left, ...Array(Math.min(6, left - 2)).fill(6 / (left - 2))];
      }),
    );
    const rows = readFileSync(at('inclusion', 'acquired.jsonl'), 'utf8').trim().split('\n');
    const told = rows.map((row) => (JSON.parse(row) as { inclusionProbability: number }).inclusionProbability);
    expect(told).toEqual(batches.flatMap(({ inclusion }) => inclusion));
  });

  test('is the same run after it was stopped and resumed', async () => {
    const stop = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'batch.selected' && event.round === 2) stop.abort();
    };
    const overrides = [...settings, 'acquisition.policy=top-k'];
    const stopped = await runExperiment({ config, id: 'stopped', overrides, signal: stop.signal, onEvent });
    expect(stopped.status).toBe('stopped');
    const { status, digest } = await resumeExperiment(stopped.directory);
    expect(status).toBe('done');
    expect(digest).toBe(digestEvents(events));
  });

  test('is reported', async () => {
    const out = join(scratch.path, 'report');
    expect((await balpm(['report', at('controlled'), at('random'), '--out', out])).status).toBe(0);
    const page = readFileSync(join(out, 'index.html'), 'utf8');
    expect(page).toContain('<h2>Control</h2>');
    expect(page).toContain('What the last batch over-represents');
  });
});

test('a control that leaves the policy no pick to compare is refused before anything is spent', async () => {
  const settings = ['acquisition.control=0.5', 'acquisition.batch=1'];
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'single', ...settings]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/acquisition\.control.*0, or acquisition\.batch of at least 2/);
});

test.each(['0.6', '-0.1', 'half'])('a control of %s is refused', async (share) => {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'share', `acquisition.control=${share}`]);
  expect(status).toBe(2);
  expect(stderr).toContain('acquisition.control');
});

test('a control of a batch of two is one item and one pick', async () => {
  const events = await run('two', 'rounds=3', 'acquisition.batch=2', 'acquisition.control=0.01');
  expect(batchesOf(events).map(({ control }) => control?.items)).toEqual([undefined, 1, 1]);
});
