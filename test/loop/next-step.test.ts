import { describe, expect, test } from 'vitest';
import { nextStep } from '../../src/loop/next-step.ts';
import { INITIAL_STATE, type RunState } from '../../src/loop/state.ts';

const STARTED: RunState = { ...INITIAL_STATE, started: true };
const labelled = (count: number) =>
  Array.from({ length: count }, (_value, index) => ({ id: `i${index}`, preferred: 'a' as const }));
const at = (labelledRounds: number, measuredRounds: number, count = 2): RunState => ({
  ...STARTED,
  labelledRounds,
  measuredRounds,
  labelled: labelled(count),
});

describe('nextStep()', () => {
  const CASES: readonly (readonly [string, RunState, object | null])[] = [
    ['starts', INITIAL_STATE, { type: 'start' }],
    ['draws the initial set', STARTED, { type: 'select', round: 0 }],
    ['labels a pending batch first', { ...STARTED, pending: { round: 2, ids: ['i'] } }, { type: 'label', round: 2 }],
    ['measures a labelled round', at(1, 0), { type: 'measure', round: 0 }],
    ['selects after measuring', at(1, 1), { type: 'select', round: 1 }],
    ['selects nothing after the last round', at(3, 3), { type: 'finish', reason: 'rounds' }],
    ['ends when the pool is used up', at(2, 2, 10), { type: 'finish', reason: 'pool-exhausted' }],
    ['does nothing when finished', { ...at(3, 3), finished: true }, null],
  ];
  test.each(CASES)('%s', (_what, state, step) => {
    expect(nextStep(state, 3, 10)).toEqual(step);
  });
});
