import { isAliveInQueue, type QueuedJob } from '../site/queue.ts';
import type { Standing } from './results.ts';

/** Where a unit is on its way. */
export const STATES = [
  'done',
  'running',
  'pending',
  'requeued',
  'blocked',
  'paused',
  'settling',
  'lost',
  'failed',
  'unknown',
  'missing',
] as const;
export type UnitState = (typeof STATES)[number];

/** What is known of a unit on the disk and in the queue. */
export interface Signs {
  /** Null: no job has said how it stands. */
  readonly standing: Standing | null;
  /** Whether a job has been handed in for it (or may have been: no receipt says so). */
  readonly isSubmitted: boolean;
  /** Jobs of the last submission that have begun it, each start counted; one that begins it takes its standing away. */
  readonly attempts: number;
  /** Seconds since the disk last showed anything of it. */
  readonly quietSeconds: number;
  /** How long the disk may take to show other nodes what was written. */
  readonly settleSeconds: number;
  /** Null: the queue does not have it; undefined: the queue did not answer. */
  readonly queued: QueuedJob | null | undefined;
}

/** How a unit stands: own markers first, the queue second, and never done or failed by the queue alone. */
export function joinStatus(signs: Signs): UnitState {
  const { standing, isSubmitted, quietSeconds, settleSeconds, queued } = signs;
  if (standing === 'done') return 'done';
  if (queued === undefined) return standing ?? (isSubmitted ? 'unknown' : 'missing');
  if (queued !== null && isAliveInQueue(queued)) return aliveState(queued, signs);
  if (standing !== null) return standing;
  if (!isSubmitted) return 'missing';
  return quietSeconds < settleSeconds ? 'settling' : 'lost';
}

/** A job may still have other units before this one; how a unit stood before it was handed in again says nothing of it. */
function aliveState({ state, reason }: QueuedJob, { standing, attempts }: Signs): UnitState {
  if (state !== 'PENDING' && !state.startsWith('REQUEUE')) return attempts > 0 ? (standing ?? 'running') : 'pending';
  if (reason === 'DependencyNeverSatisfied') return 'blocked';
  return attempts > 0 ? 'requeued' : 'pending';
}
