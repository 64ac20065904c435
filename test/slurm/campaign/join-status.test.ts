import { expect, test } from 'vitest';
import { joinStatus, type Signs } from '../../../src/slurm/campaign/join-status.ts';
import type { QueuedJob } from '../../../src/slurm/site/queue.ts';

const queued = (state: string, reason = 'None'): QueuedJob => ({
  job: '7',
  index: 0,
  state,
  reason,
  nodes: '',
  comment: '',
});
const signs = (given: Partial<Signs>): Signs => ({
  standing: null,
  isSubmitted: true,
  attempts: 0,
  quietSeconds: 0,
  settleSeconds: 120,
  queued: null,
  ...given,
});
const EVERY_QUEUE = [null, undefined, queued('PENDING'), queued('RUNNING'), queued('COMPLETED'), queued('FAILED')];

test.each(EVERY_QUEUE)('joinStatus() calls done what says so itself, whatever the queue has (%o)', (found) => {
  expect(joinStatus(signs({ standing: 'done', queued: found }))).toBe('done');
});

test.each([
  [{ standing: 'failed' }, 'failed'],
  [{ standing: 'paused' }, 'paused'],
  [{ standing: 'failed', queued: queued('COMPLETED') }, 'failed'],
  [{ standing: 'paused', queued: queued('TIMEOUT') }, 'paused'],
  [{ queued: queued('PENDING', 'Priority') }, 'pending'],
  [{ queued: queued('PENDING', 'BeginTime'), attempts: 1 }, 'requeued'],
  [{ queued: queued('REQUEUED'), attempts: 1 }, 'requeued'],
  [{ queued: queued('RUNNING'), attempts: 1 }, 'running'],
  [{ queued: queued('COMPLETING'), attempts: 1 }, 'running'],
  [{ queued: queued('CONFIGURING'), attempts: 1 }, 'running'],
  [{ queued: queued('SIGNALING'), attempts: 1 }, 'running'],
  [{ queued: queued('SUSPENDED'), attempts: 1 }, 'running'],
  [{ queued: queued('RUNNING') }, 'pending'],
  [{ queued: queued('RUNNING'), standing: 'failed', attempts: 1 }, 'failed'],
  [{ queued: queued('RUNNING'), standing: 'failed', attempts: 0 }, 'pending'],
  [{ queued: queued('RUNNING'), standing: 'paused', attempts: 0 }, 'pending'],
  [{ queued: queued('PENDING', 'DependencyNeverSatisfied') }, 'blocked'],
  [{ queued: queued('PENDING', 'Dependency') }, 'pending'],
  [{ quietSeconds: 119 }, 'settling'],
  [{ quietSeconds: 120 }, 'lost'],
  [{ quietSeconds: 1, settleSeconds: 0 }, 'lost'],
  [{ quietSeconds: 119, queued: queued('NODE_FAIL') }, 'settling'],
  [{ quietSeconds: 500, queued: queued('OUT_OF_MEMORY') }, 'lost'],
  [{ quietSeconds: 500, queued: queued('COMPLETED') }, 'lost'],
  [{ quietSeconds: 500, queued: queued('FAILED') }, 'lost'],
  [{ isSubmitted: false }, 'missing'],
  [{ queued: undefined }, 'unknown'],
  [{ queued: undefined, attempts: 3, quietSeconds: 9999 }, 'unknown'],
  [{ queued: undefined, standing: 'failed' }, 'failed'],
  [{ queued: undefined, standing: 'paused' }, 'paused'],
  [{ queued: undefined, isSubmitted: false }, 'missing'],
] as const)('joinStatus(%o) is %s', (given, state) => {
  expect(joinStatus(signs(given))).toBe(state);
});
