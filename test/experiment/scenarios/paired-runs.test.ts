import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/ledger/event-log.ts';
import type { RunEvent } from '../../../src/ledger/events.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
const POLICIES = ['random', 'top-k', 'batch-entropy'];
const sweep = (id: string, ...args: string[]) =>
  balpm(['sweep', '-c', config, '--id', id, `acquisition.policy=${POLICIES.join(',')}`, 'seed=1..2', ...args]);
const eventsOf = (...path: string[]): readonly RunEvent[] => readEvents(join(runs, ...path, 'events.jsonl'));
const digests = async (id: string): Promise<string[]> => {
  const { stdout } = await balpm(['runs', 'ls', join(runs, id), '--json']);
  return (JSON.parse(stdout) as { runs: { digest: string }[] }).runs.map(({ digest }) => digest);
};

beforeAll(async () => {
  for (const [id, jobs] of [
    ['one', '1'],
    ['two', '2'],
  ] as const) {
    const { status, stderr } = await sweep(id, '--jobs', jobs);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  }
});
afterAll(scratch.remove);

describe('a sweep', () => {
  test('gives every run the same digest with one job and with two', async () => {
    expect(await digests('one')).toHaveLength(6);
    expect(await digests('two')).toEqual(await digests('one'));
  });

  test('skips what is finished when it is started again', async () => {
    const before = eventsOf('one', 'random-s1');
    const { status, stdout } = await sweep('one', '--json');
    expect(status).toBe(0);
    const { cells } = JSON.parse(stdout) as { cells: { status: string }[] };
    expect(cells.map((cell) => cell.status)).toEqual(Array.from({ length: 6 }, () => 'skipped'));
    expect(eventsOf('one', 'random-s1')).toEqual(before);
  });

  test('refuses to go on with another configuration under the same id', async () => {
    const { status, stderr } = await sweep('one', 'rounds=3');
    expect(status).toBe(2);
    expect(stderr).toMatch(/run 'random-s1' in .* it has another configuration \(rounds: 4 against 3\)/);
  });
});

describe('runs of one seed', () => {
  test('start with the same items, labels and first posterior whatever the policy', () => {
    const starts = POLICIES.map((policy) =>
      eventsOf('one', `${policy}-s1`)
        .slice(1, 4)
        .map(({ time: _time, seconds: _seconds, ...event }) => event),
    );
    expect(starts[0]?.map(({ type }) => type)).toEqual(['batch.selected', 'labels.received', 'round.measured']);
    expect(starts[1]).toEqual(starts[0]);
    expect(starts[2]).toEqual(starts[0]);
  });

  test('differ between seeds and, after the first round, between policies', () => {
    const batch = (run: string, round: number) =>
      eventsOf('one', run).find((event) => event.type === 'batch.selected' && event.round === round);
    expect(batch('random-s1', 0)).not.toMatchObject({ ids: (batch('random-s2', 0) as { ids: string[] }).ids });
    expect(batch('random-s1', 1)).not.toMatchObject({ ids: (batch('top-k-s1', 1) as { ids: string[] }).ids });
  });

  test('never pick an item twice', () => {
    for (const policy of POLICIES) {
      const ids = eventsOf('one', `${policy}-s2`).flatMap((event) =>
        event.type === 'batch.selected' ? event.ids : [],
      );
      expect(ids).toHaveLength(16 + 3 * 8);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

describe('the files of a run', () => {
  test('say the same as its events', () => {
    const lines = (name: string) =>
      readFileSync(join(runs, 'one', 'batch-entropy-s1', name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const events = eventsOf('one', 'batch-entropy-s1');
    expect(lines('acquired.jsonl').map(({ id }) => id)).toEqual(
      events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : [])),
    );
    for (const { round, inclusionProbability, inclusionReason } of lines('acquired.jsonl')) {
      expect(inclusionProbability).toEqual(round === 0 ? expect.any(Number) : null);
      expect(inclusionReason).toEqual(
        round === 0 ? undefined : expect.stringMatching(/^deterministic given the scores/),
      );
    }
    expect(
      lines('labels.jsonl')
        .map(({ preferred }) => preferred)
        .join(''),
    ).toBe(events.flatMap((event) => (event.type === 'labels.received' ? [event.answers] : [])).join(''));
    const last = events.findLast((event) => event.type === 'round.measured');
    const metric = lines('metrics.jsonl').findLast(({ split, name }) => split === 'test' && name === 'logLikelihood');
    expect(metric).toMatchObject({
      round: 3,
      labels: 40,
      value: last?.type === 'round.measured' ? last.splits['test']?.logLikelihood : undefined,
    });
    const prompts = events.flatMap((event) => (event.type === 'batch.selected' ? [event.uniquePrompts] : []));
    expect(lines('batches.jsonl')).toMatchObject(
      [16, 8, 8, 8].map((size, round) => ({ round, size, uniqueRatio: (prompts[round] as number) / size })),
    );
  });

  test('tell how scores and terms spread over a batch', async () => {
    const root = join(runs, 'one', 'batch-entropy-s1');
    const batches = readFileSync(join(root, 'batches.jsonl'), 'utf8').trim().split('\n');
    const last = eventsOf('one', 'batch-entropy-s1').findLast((event) => event.type === 'batch.selected');
    const scores = (last?.type === 'batch.selected' ? last.scores : []).map(Number);
    const { terms, uniquePromptsSoFar, uniqueRatioSoFar } = JSON.parse(batches[3] as string);
    expect(terms.score).toMatchObject({ max: Math.max(...scores), min: Math.min(...scores) });
    expect(Object.keys(terms).join(' ')).toBe('epistemic distance digamma entropy weighted score uncertaintyShare');
    expect(uniqueRatioSoFar).toBe(uniquePromptsSoFar / 40);
    const { stdout } = await balpm(['runs', 'show', root]);
    expect(stdout).toMatch(/next batch prompts +ratio +ratio so far\n/);
    expect(stdout).toMatch(/\nbatch of round 3 +max +min +p95 +p50 +p5\nepistemic +\S/);
    expect(stdout).toContain(terms.uncertaintyShare.p50.toPrecision(4));
  });
});
