import { rmSync } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import { openLockFile } from './lock-file.ts';
import type { OwnLock } from './own-lock.ts';

/** The lock of a run while this process has it. */
export interface RunLock {
  /** Identifies this holder of the lock. */
  readonly nonce: string;
  /** How the lock was lost; undefined while this process holds it. */
  readonly lost: () => string | undefined;
  /** Releases the lock; leaves a lock of another process alone. */
  readonly release: () => Promise<void>;
}

/** Renews the lease of an acquired lock, every `renewMs`, until it is released or lost. */
export function holdLock(path: string, own: OwnLock, renewMs: number): RunLock {
  const lost = (): string | undefined => whatBecameOf(path, own.nonce);
  let onDisk: Promise<void> | undefined;
  const renew = (): void => {
    if (lost() !== undefined) return;
    onDisk ??= new Promise<void>((resolve) => own.renew(resolve)).then(() => {
      onDisk = undefined;
    });
  };
  const timer = setInterval(renew, renewMs).unref();
  return {
    nonce: own.nonce,
    lost,
    release: async () => {
      clearInterval(timer);
      await onDisk; // its descriptor must not belong to another file by then
      if (lost() === undefined) rmSync(path, { force: true });
      own.discard();
    },
  };
}

function whatBecameOf(path: string, nonce: string): string | undefined {
  try {
    const file = openLockFile(path, 'to read');
    file?.close();
    if (file === undefined) return 'its lock was deleted';
    if (file.owner === undefined) return 'its lock was damaged';
    const { pid, host, lease } = file.owner;
    return lease?.nonce === nonce ? undefined : `process ${pid} on ${host} took it over`;
  } catch (error) {
    return `its lock cannot be read (${messageOf(error)})`;
  }
}
