import { expect, test } from 'vitest';
import type { CommandIo } from '../../../src/cli/command.ts';
import { createSweepProgress } from '../../../src/cli/sweep/sweep-progress.ts';
import type { RunEvent } from '../../../src/ledger/events.ts';
import type { RunState } from '../../../src/loop/state.ts';
import { TEST_MEASURED, TEST_METRICS } from '../../support/measured-run.ts';

const metrics = { ...TEST_METRICS, logLikelihood: -0.61234 };
const measured: RunEvent = { ...TEST_MEASURED, splits: { test: metrics, validation: metrics } };
const state = { measuredRounds: 1 } as RunState;

test('createSweepProgress() notes a line a round, a line an ended run and what it is told, where there is no terminal', () => {
  const lines: string[] = [];
  const io = { note: (line: string) => void lines.push(line) } as CommandIo;
  const progress = createSweepProgress([{}, {}, {}], io);
  progress.observe('random-s1', measured, state);
  progress.observe('random-s1', { ...measured, type: 'labels.received', answers: 'ab' }, state);
  progress.note('random-s1: the worker was started again');
  progress.finished({ id: 'random-s1', status: 'done' });
  progress.finished({ id: 'random-s2', status: 'skipped' });
  progress.finished({ id: 'random-s3', status: 'waiting' });
  progress.close();
  expect(lines).toEqual([
    'random-s1 round 1  labels 16  test loglik -0.6123 acc 0.700',
    'random-s1: the worker was started again',
    expect.stringMatching(/^random-s1: done {2}\(1\/3 runs, \d+ s left\)$/),
    expect.stringMatching(/^random-s2: skipped {2}\(2\/3 runs, \d+ s left\)$/),
    'random-s3: waiting  (3/3 runs, 1 waiting for people)',
  ]);
});
