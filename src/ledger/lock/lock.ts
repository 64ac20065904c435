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

/** Options for acquiring a lock. */
export interface LockOptions {
  /** Interpreter that locks the file if the program `flock` is missing; never one that a run names. */
  readonly python?: string;
  /** Displaces an owner whose state cannot be known; never one that is known to be alive. */
  readonly takeOver?: boolean;
  readonly note?: (sentence: string) => void;
  /** Aborting ends the wait for an owner that may be gone. */
  readonly signal?: AbortSignal;
  /** Interval of renewals, milliseconds; equal for all processes that work on the run. */
  readonly renewMs?: number;
  readonly place?: LockPlace;
}

const RENEW_MS = 5000;
/** An owner that missed this many renewals counts as gone. */
const MISSED = 6;
const MOST_TRIES = 5;

/**
 * Acquires the lock file of a run. Displaces an owner that is gone: at once if this kernel knows that, otherwise after it
 * has not renewed its lease for six times `renewMs`.
 * @throws BalpmError usage when a process holds it or may hold it, environment when the path is not writable, stopped.
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

/** Whether this process now has the lock; false if another file has replaced it, which must be judged again. */
async function displaced(own: OwnLock, other: LockFile, request: Claim): Promise<boolean> {
  const { path, renewMs } = request;
  const kernel = tryKernelLock(other.descriptor, request.python);
  if (!other.isThere()) return false;
  const decision = await decide(other, kernel, request);
  if (decision === 'again') return false;
  own.displace();
  // Two hosts may have watched the same stale lock: the last one to write keeps it.
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
      note?.(`${quotePath(path)} names ${nameOf(owner)}: waiting ${leaseMs / 1000} s to see whether it is alive`);
      const seen = await watchLease(path, other, { leaseMs, signal });
      if (seen === 'renewed') throw held(path, other, ' (it renewed its lock just now)');
      return seen === 'replaced' ? 'again' : 'watched';
    }
  }
}

const nameOf = (owner: Lease | undefined): string =>
  owner === undefined ? 'an unreadable owner' : `process ${owner.pid} on ${owner.host}`;

/** By the clock that wrote the file, perhaps a server's: a hint, on which no decision depends. */
function sinceRenewal({ owner, changedMs }: LockFile): string {
  if (owner?.lease === undefined) return '';
  const seconds = Math.max(0, Math.round((performance.timeOrigin + performance.now() - changedMs) / 1000));
  return ` (it renewed its lock ${seconds} s ago)`;
}

/** The run is held by a live process. */
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
    `Cannot open run ${quotePath(run)}: its LOCK names ${nameOf(owner)}, of an earlier version of balpm, and balpm cannot know from here whether that is alive; make sure that it is not, then run \`balpm resume ${run} --take-over\``,
  );
}

const warningOf = (path: string, owner: Lease | undefined): string =>
  `warning: taking run ${quotePath(dirname(path))} over from ${nameOf(owner)}. balpm cannot know from here whether that is alive; if it is, two processes write the run and destroy it`;
