import { isInAnyNamespace } from './is-in-any-namespace.ts';
import type { KernelLock } from './kernel-lock.ts';
import type { Lease } from './lease.ts';
import type { LockPlace } from './lock-place.ts';
import { processStart } from './process-start.ts';

/** Gone or alive for sure; to be watched, whether it renews its lease; or of an earlier version, whose owners renew nothing. */
export type OwnerVerdict = 'gone' | 'alive' | 'watch' | 'unknowable';

/** What is seen from outside: who the file names (undefined: nobody readable), and whether its kernel lock could be had. */
export interface SeenLock {
  readonly owner: Lease | undefined;
  readonly kernel: KernelLock;
  /** Whether the file is on a disk of this kernel alone. */
  readonly isLocal: boolean;
}

/** Whether the owner of a lock lives, as far as it can be known at once. */
export function judgeOwner(seen: SeenLock, place: LockPlace): OwnerVerdict {
  const { owner, kernel } = seen;
  if (kernel === 'held') return 'alive';
  if (owner === undefined) return 'watch';
  return owner.lease === undefined ? judgeEarlier(owner, place) : judgeLease(owner, seen, place);
}

/** Another kernel's processes are known by their renewals alone. */
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

/** Earlier versions wrote host, number and start alone; a host's name says nothing of its namespaces. */
function judgeEarlier({ pid, host, started }: Lease, place: LockPlace): OwnerVerdict {
  if (host !== place.host || started === '') return 'unknowable';
  const start = processStart(pid);
  if (start === 'unknown') return 'unknowable';
  if (start === started || isInAnyNamespace(pid, started)) return 'alive';
  return place.seesAll ? 'gone' : 'unknowable';
}
