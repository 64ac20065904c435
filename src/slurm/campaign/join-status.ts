import { isAliveInQueue, type QueuedJob } from '../site/queue.ts';
import type { Standing } from './results.ts';

/** State of a unit, from submission to end. */
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

/** Facts about a unit from the disk and the queue. */
export interface Signs {
  /** Null if no job has recorded one. */
  readonly standing: Standing | null;
  /** Whether a job has been submitted for it, or may have been because its receipt is missing. */
  readonly isSubmitted: boolean;
  /** Starts of jobs of the last submission that have begun it; a job that begins a unit removes its `Standing`. */
  readonly attempts: number;
  /** Seconds since its files last changed. */
  readonly quietSeconds: number;
  /** Seconds that the disk may take to show what another node wrote. */
  readonly settleSeconds: number;
  /** Null: not in the queue; undefined: the queue was unavailable. */
  readonly queued: QueuedJob | null | undefined;
}

/**
 * State of a unit: from its own files first, then from the queue; the queue alone never shows that it is done or
 * failed.
 */
export function joinStatus(signs: Signs): UnitState {
  const { standing, isSubmitted, quietSeconds, settleSeconds, queued } = signs;
  if (standing === 'done') return 'done';
  if (queued === undefined) return standing ?? (isSubmitted ? 'unknown' : 'missing');
  if (queued !== null && isAliveInQueue(queued)) return aliveState(queued, signs);
  if (standing !== null) return standing;
  if (!isSubmitted) return 'missing';
  return quietSeconds < settleSeconds ? 'settling' : 'lost';
}

/** A job may have other units before this one; a `Standing` from before the last submission does not count. */
function aliveState({ state, reason }: QueuedJob, { standing, attempts }: Signs): UnitState {
  if (state !== 'PENDING' && !state.startsWith('REQUEUE')) return attempts > 0 ? (standing ?? 'running') : 'pending';
  if (reason === 'DependencyNeverSatisfied') return 'blocked';
  return attempts > 0 ? 'requeued' : 'pending';
}
