import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { RunEvent } from '../../src/ledger/events.ts';
import { runPaths } from '../../src/ledger/run-directory.ts';
import { openRunViews } from '../../src/ledger/run-views.ts';
import { makeScratch } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const paths = runPaths(scratch.path);

const batch = (round: number, inclusion?: readonly number[]): RunEvent =>
  RunEvent.parse({
    seq: round,
    time: '2026-01-01T00:00:00.000Z',
    seconds: null,
    type: 'batch.selected',
    round,
    policy: 'mine',
    ids: ['x', 'y'],
    scores: [1, null],
    terms: {},
    ...(inclusion && { inclusion }),
    uniquePrompts: 1,
    uniquePromptsSoFar: 1,
  });

const acquired = (): Record<string, unknown>[] =>
  readFileSync(paths.acquired, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('acquired.jsonl', () => {
  it('tells the inclusion probability of every item, or null and why', () => {
    const views = openRunViews(paths, [batch(0, [0.25, 0.25])], 'it is like that');
    views.append(batch(1));
    views.append(batch(2, [0.5, 1]));
    expect(acquired().map(({ inclusionProbability }) => inclusionProbability)).toEqual([
      0.25,
      0.25,
      null,
      null,
      0.5,
      1,
    ]);
    expect(acquired().map(({ inclusionReason }) => inclusionReason)).toEqual([
      undefined,
      undefined,
      'it is like that',
      'it is like that',
      undefined,
      undefined,
    ]);
  });

  it('says of the initial set of an older run that it was not recorded', () => {
    openRunViews(paths, [batch(0)], 'it is like that');
    expect(acquired()[0]).toMatchObject({
      inclusionProbability: null,
      inclusionReason: 'not recorded: the batch was chosen by an earlier version',
    });
  });

  it('has no room for probabilities beyond [0, 1]', () => {
    for (const wrong of [-0.1, 1.1]) expect(() => batch(1, [wrong, 0.5])).toThrow();
  });
});
