import { randomUUID } from 'node:crypto';
import { closeSync, fdatasync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { BalpmError, messageOf, systemCodeOf } from '../../base/errors.ts';
import { quotePath, syncDirectory, writeAll } from '../../base/files/files.ts';
import { temporaryName } from '../../base/files/temporary-files.ts';
import { tryKernelLock } from './kernel-lock.ts';
import type { Lease } from './lease.ts';
import { renderLease } from './lease-text.ts';
import type { LockPlace } from './lock-place.ts';
import { processStart } from './process-start.ts';

/** A lock file of this process, complete and locked before it gets its name. */
export interface OwnLock {
  readonly nonce: string;
  /** Gives it the name unless another file has it. @returns whether it got the name. */
  readonly appear: () => boolean;
  /** Gives it the name of a lock whose owner is gone. */
  readonly displace: () => void;
  /** Writes the next renewal; calls `then` once it is on disk, or has failed. */
  readonly renew: (then: () => void) => void;
  readonly discard: () => void;
}

/** @throws BalpmError (environment) if the path is not writable. */
export function makeOwnLock(path: string, place: LockPlace, python: string | undefined): OwnLock {
  const temporary = temporaryName(path, 'tmp');
  const discard = (descriptor: number): void => {
    closeSync(descriptor);
    rmSync(temporary, { force: true });
  };
  const act = <Value>(step: () => Value): Value => {
    try {
      return step();
    } catch (error) {
      throw unlockable(path, error);
    }
  };
  const descriptor = act(() => openSync(temporary, 'wx'));
  try {
    const lease = describeSelf(place, tryKernelLock(descriptor, python) === 'taken');
    act(() => writeNow(descriptor, lease));
    return { ...movesOf(path, temporary, act), ...lifeOf(descriptor, lease), discard: () => discard(descriptor) };
  } catch (error) {
    discard(descriptor);
    throw error;
  }
}

type Act = <Value>(step: () => Value) => Value;
type OwnLease = Lease & { readonly lease: NonNullable<Lease['lease']> };

function movesOf(path: string, temporary: string, act: Act): Pick<OwnLock, 'appear' | 'displace'> {
  return {
    appear: () =>
      act(() => {
        try {
          linkSync(temporary, path);
        } catch (error) {
          if (systemCodeOf(error) === 'EEXIST') return false;
          throw error;
        }
        rmSync(temporary, { force: true });
        syncDirectory(dirname(path));
        return true;
      }),
    displace: () =>
      act(() => {
        renameSync(temporary, path);
        syncDirectory(dirname(path));
      }),
  };
}

function lifeOf(descriptor: number, lease: OwnLease): Pick<OwnLock, 'nonce' | 'renew'> {
  let { renewals } = lease.lease;
  return {
    nonce: lease.lease.nonce,
    renew: (then) => {
      renewals += 1;
      try {
        writeSync(descriptor, renderLease({ ...lease, lease: { ...lease.lease, renewals } }), 0);
      } catch {
        return then(); // such as a full disk: others miss the renewal, and their takeover is noticed before the next event
      }
      fdatasync(descriptor, () => then());
    },
  };
}

function describeSelf({ host, bootId, pidNamespace }: LockPlace, kernelLock: boolean): OwnLease {
  const lease = { nonce: randomUUID(), bootId, pidNamespace, kernelLock, renewals: 0 };
  return { pid: process.pid, host, started: processStart(process.pid), lease };
}

function writeNow(descriptor: number, lease: Lease): void {
  writeAll(descriptor, Buffer.from(renderLease(lease)));
  fsyncSync(descriptor);
}

const unlockable = (path: string, cause: unknown): BalpmError =>
  new BalpmError('environment', `Cannot lock ${quotePath(path)}: ${messageOf(cause)}; make the directory writable`, {
    cause,
  });
