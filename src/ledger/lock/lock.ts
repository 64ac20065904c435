import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BalpmError, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { holdLock, type RunLock } from './hold-lock.ts';
import { isLocalDisk } from './is-local-disk.ts';
import { judgeOwner } from './judge-owner.ts';
import { type KernelLock, tryKernelLock } from './kernel-lock.ts';
import type { Lease } from './lease.ts';
import { type LockFile, openLockFile } from './lock-file.ts';
import { currentPlace, type LockPlace } from './lock-place.ts';
import { makeOwnLock, type OwnLock } from './own-lock.ts';
import { watchLease } from './watch-lease.ts';

/** How to take a lock. */
export interface LockOptions {
  /** Interpreter that locks the file where there is no program `flock`; never one that a run names. */
  readonly python?: string;
  /** Displace an owner of whom it cannot be known whether it lives; never one that is known to. */
  readonly takeOver?: boolean;
  readonly note?: (sentence: string) => void;
  /** Aborting ends the wait for an owner that may be gone. */
  readonly signal?: AbortSignal;
  /** How often the owner renews its lease; every process that works on the run must have the same. */
  readonly renewMs?: number;
  readonly place?: LockPlace;
}

const RENEW_MS = 5000;
/** An owner that missed so many renewals counts as gone. */
const MISSED = 6;
const MOST_TRIES = 5;

/**
 * Takes the lock file of a run. An owner that is gone is displaced: at once when this kernel knows, else after it renewed
 * nothing for six times `renewMs`.
 * @throws BalpmError usage when a process holds it or may hold it, environment when the place is not writable, stopped.
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<RunLock> {
  const { place = currentPlace(), renewMs = RENEW_MS } = options;
  const own = makeOwnLock(path, place, options.python);
  try {
    await claim(own, { ...options, path, place, renewMs });
  } catch (error) {
    own.discard();
    throw error;
  }
  return holdLock(path, own, renewMs);
}

type Claim = LockOptions & Required<Pick<LockOptions, 'place' | 'renewMs'>> & { readonly path: string };

async function claim(own: OwnLock, request: Claim): Promise<void> {
  let last: LockFile | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (own.appear()) return;
    const other = openLockFile(request.path, 'to lock');
    if (other === undefined) continue;
    last = other;
    try {
      if (await displaced(own, other, request)) return;
    } finally {
      other.close();
    }
  }
  throw held(request.path, last, '');
}

/** Whether the lock is ours now; false when meanwhile it became another file, to be looked at anew. */
async function displaced(own: OwnLock, other: LockFile, request: Claim): Promise<boolean> {
  const { path, renewMs } = request;
  const kernel = tryKernelLock(other.descriptor, request.python);
  if (!other.isThere()) return false;
  const decision = await decide(other, kernel, request);
  if (decision === 'again') return false;
  own.displace();
  // Two hosts may have watched the same silent lock: the one that was the last to write keeps it.
  if (decision === 'watched' || kernel === 'unavailable') await setTimeout(renewMs);
  const winner = openLockFile(path, 'to read');
  winner?.close();
  if (winner?.owner?.lease?.nonce !== own.nonce) throw held(path, winner, '');
  return true;
}

async function decide(other: LockFile, kernel: KernelLock, request: Claim): Promise<'gone' | 'watched' | 'again'> {
  const { path, place, renewMs, signal, note } = request;
  const { owner } = other;
  switch (judgeOwner({ owner, kernel, isLocal: isLocalDisk(path) }, place)) {
    case 'alive':
      throw held(path, other, kernel === 'held' ? sinceRenewal(other) : '');
    case 'gone':
      return 'gone';
    case 'unknowable':
      if (!request.takeOver) throw unknowable(path, owner);
      note?.(warningOf(path, owner));
      return 'gone';
    case 'watch': {
      const leaseMs = MISSED * renewMs;
      note?.(`${quotePath(path)} names ${nameOf(owner)}: waiting ${leaseMs / 1000} s to see whether it still works`);
      const seen = await watchLease(path, other, { leaseMs, signal });
      if (seen === 'renewed') throw held(path, other, ' (it renewed its lock just now)');
      return seen === 'replaced' ? 'again' : 'watched';
    }
  }
}

const nameOf = (owner: Lease | undefined): string =>
  owner === undefined ? 'nobody that can be read' : `process ${owner.pid} on ${owner.host}`;

/** By the clock that wrote the file, a server's perhaps: a hint, nothing rests on it. */
function sinceRenewal({ owner, changedMs }: LockFile): string {
  if (owner?.lease === undefined) return '';
  const seconds = Math.max(0, Math.round((performance.timeOrigin + performance.now() - changedMs) / 1000));
  return ` (it renewed its lock ${seconds} s ago)`;
}

/** A process that lives works on the run. */
export class RunHeld extends BalpmError {}

function held(path: string, file: LockFile | undefined, since: string): BalpmError {
  const who = file?.owner === undefined ? 'another process' : nameOf(file.owner);
  return new RunHeld(
    'usage',
    `Cannot open run ${quotePath(dirname(path))}: ${who} holds it${since}; wait until it has ended, or stop it`,
  );
}

function unknowable(path: string, owner: Lease | undefined): BalpmError {
  const run = dirname(path);
  return usageError(
    `Cannot open run ${quotePath(run)}: its LOCK names ${nameOf(owner)}, of an earlier version of balpm, and whether that still works cannot be known from here; make sure that it does not, then \`balpm resume ${run} --take-over\``,
  );
}

const warningOf = (path: string, owner: Lease | undefined): string =>
  `warning: taking run ${quotePath(dirname(path))} over from ${nameOf(owner)}. Whether that still works cannot be known from here; if it does, two processes write the run and it is ruined`;
