import { BalpmError } from '../../base/errors.ts';

/** Returns unless a signal asked to stop. @throws BalpmError (stopped) */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new BalpmError('stopped', 'Cannot finish the import: it was stopped, the same command again is needed');
}
