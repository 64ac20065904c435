import { setTimeout } from 'node:timers/promises';
import { BalpmError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type LockFile, openLockFile } from './lock-file.ts';

/** Unchanged for the whole time; renewed by its owner; or removed or replaced by another file. */
export type WatchedLease = 'silent' | 'renewed' | 'replaced';

const LOOKS = 30;

/**
 * Watches a lock file for `leaseMs` by this process's clock: clocks of two hosts are never compared.
 * @throws BalpmError (stopped) when `signal` is aborted.
 */
export async function watchLease(
  path: string,
  { text, isThere }: LockFile,
  { leaseMs, signal }: { readonly leaseMs: number; readonly signal: AbortSignal | undefined },
): Promise<WatchedLease> {
  const begun = performance.now();
  let isLast = false;
  // The last look is after the whole time, even if this process itself was suspended meanwhile.
  do {
    await wait(leaseMs / LOOKS, path, signal);
    isLast = performance.now() - begun >= leaseMs;
    const seen = look(path);
    if (seen === undefined || !isThere()) return 'replaced';
    if (seen !== text) return 'renewed';
  } while (!isLast);
  return 'silent';
}

function look(path: string): string | undefined {
  const file = openLockFile(path, 'to read');
  file?.close();
  return file?.text;
}

async function wait(ms: number, path: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch {
    throw new BalpmError(
      'stopped',
      `Cannot lock ${quotePath(path)}: stopped, as requested; run \`balpm resume\` to continue`,
    );
  }
}
