import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { hasOfRoundOne, runAndStrike } from '../../support/struck-run.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

/** Several after the round of the kill, so that there is a run left to kill. */
const ROUNDS = 5;

const scratch = makeScratch();
const config = writeTinyConfig(scratch.path);
const runs = join(scratch.path, 'runs');
afterAll(scratch.remove);

const LRU = ['posterior.type=lru', 'acquisition.policy=top-k', 'acquisition.top-k.measure=lru'];
const KINDS: Readonly<Record<string, readonly string[]>> = {
  'mc-dropout': ['posterior.type=mc-dropout', 'posterior.dropout.samples=4'],
  lru: LRU,
  variational: ['posterior.type=variational', 'posterior.variational.samples=4'],
  laplace: ['posterior.type=laplace'],
};

const argumentsOf = (id: string, kind: string): string[] => [
  'run',
  '-c',
  config,
  '--id',
  id,
  `rounds=${ROUNDS}`,
  ...(KINDS[kind] as readonly string[]),
];
const eventsFile = (id: string): string => join(runs, id, 'events.jsonl');
const digestOf = async (id: string): Promise<string> => (await balpm(['runs', 'digest', join(runs, id)])).stdout;

describe.each(Object.keys(KINDS))('a run with posterior.type %s', (kind) => {
  test('trains one head a round, chooses by its measure and ends the same after its processes were killed', async () => {
    const [whole, killed] = [`whole-${kind}`, `killed-${kind}`];
    expect(await balpm(argumentsOf(whole, kind))).toMatchObject({ status: 0 });
    expectMeasured(whole);
    // Right in the middle of the choice that needs the posterior of round 1.
    const strike = { log: eventsFile(killed), isTime: hasOfRoundOne('round.measured'), victim: 'both' } as const;
    expect(await runAndStrike(argumentsOf(killed, kind), strike)).toMatchObject({ hit: true, status: undefined });
    const { status, stderr } = await balpm([...argumentsOf(killed, kind), '--or-resume']);
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error:') });
    expect(await digestOf(killed)).toBe(await digestOf(whole));
  });
});

test('a run by lru picks the items of the largest lru', () => {
  const batch = readEvents(eventsFile('whole-lru')).find(
    (event) => event.type === 'batch.selected' && event.round === 1,
  );
  if (batch?.type !== 'batch.selected') throw new Error('Cannot look at round 1: it has no batch, one is needed');
  const scores = batch.scores.map(Number);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  for (const score of scores) expect(score > -1 && score <= 0).toBe(true);
  expect(batch.terms).toEqual({ lru: scores });
});

test.each([
  [
    ['acquisition.policy=top-k', 'acquisition.top-k.measure=lru'],
    "error: Cannot use policy 'top-k': it ranks by lru, which posterior.type deep-ensemble does not give, posterior.type lru is needed",
  ],
  [
    ['posterior.type=lru'],
    "error: Cannot use policy 'batch-entropy': it ranks by epistemic, which posterior.type lru does not give, posterior.type bayesian-linear or deep-ensemble or mc-dropout or variational or laplace or cross-backbone or fine-tuned or external is needed",
  ],
])('a run with %j is refused before anything is spent', async (overrides, message) => {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'refused', ...overrides]);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(readdirSync(runs)).not.toContain('refused');
});

test('a run by lru from a single label ends naming what is needed', async () => {
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'one', ...LRU, 'acquisition.initial=1']);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /Cannot fit posterior of seed 9, round 0 by lru: .* at least two different rewards are needed/,
  );
});

test('a run by laplace ends naming what is needed where the last layer has no most probable weights', async () => {
  const overrides = ['posterior.type=laplace', 'posterior.laplace.priorPrecision=0', 'acquisition.initial=4'];
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'singular', ...overrides]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/Cannot approximate .* a larger posterior\.laplace\.priorPrecision is needed/);
});

function expectMeasured(id: string): void {
  const events = readEvents(eventsFile(id));
  const measured = events.flatMap((event) => (event.type === 'round.measured' ? [event] : []));
  expect(measured).toHaveLength(ROUNDS);
  for (const { members, splits } of measured) {
    expect(members).toHaveLength(1);
    expect(Number.isFinite(splits['test']?.logLikelihood)).toBe(true);
  }
}
