import { isInAnyNamespace } from './is-in-any-namespace.ts';
import type { KernelLock } from './kernel-lock.ts';
import type { Lease } from './lease.ts';
import type { LockPlace } from './lock-place.ts';
import { processStart } from './process-start.ts';

/**
 * Certainly gone or alive; or unknown until its lease is watched; or unknowable, because an earlier version renews no
 * lease.
 */
export type OwnerVerdict = 'gone' | 'alive' | 'watch' | 'unknowable';

/** Evidence about an owner: the lease in the file (undefined if unreadable), and whether its kernel lock was free. */
export interface SeenLock {
  readonly owner: Lease | undefined;
  readonly kernel: KernelLock;
  /** Whether the file is on a disk of this kernel only. */
  readonly isLocal: boolean;
}

/** Whether the owner of a lock is alive, as far as it can be known at once. */
export function judgeOwner(seen: SeenLock, place: LockPlace): OwnerVerdict {
  const { owner, kernel } = seen;
  if (kernel === 'held') return 'alive';
  if (owner === undefined) return 'watch';
  return owner.lease === undefined ? judgeEarlier(owner, place) : judgeLease(owner, seen, place);
}

/** Processes of another kernel can be judged by their renewals only. */
function judgeLease(owner: Lease, { kernel, isLocal }: SeenLock, place: LockPlace): OwnerVerdict {
  const { lease } = owner;
  if (lease === undefined || lease.bootId === null || lease.bootId !== place.bootId) return 'watch';
  const wouldBeHeld = lease.kernelLock && kernel === 'taken';
  if (lease.pidNamespace === place.pidNamespace) {
    const start = processStart(owner.pid);
    if (start === '') return 'gone';
    if (start !== 'unknown' && owner.started !== 'unknown') return start === owner.started ? 'watch' : 'gone';
    return wouldBeHeld ? 'gone' : 'watch';
  }
  return wouldBeHeld && isLocal ? 'gone' : 'watch';
}

/** Earlier versions wrote only host, number and start time; a host name does not identify its namespaces. */
function judgeEarlier({ pid, host, started }: Lease, place: LockPlace): OwnerVerdict {
  if (host !== place.host || started === '') return 'unknowable';
  const start = processStart(pid);
  if (start === 'unknown') return 'unknowable';
  if (start === started || isInAnyNamespace(pid, started)) return 'alive';
  return place.seesAll ? 'gone' : 'unknowable';
}
