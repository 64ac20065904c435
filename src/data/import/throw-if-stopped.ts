import { BalpmError } from '../../base/errors.ts';

/** Checks that no signal has requested a stop. @throws BalpmError (stopped) */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new BalpmError('stopped', 'Cannot finish the import: stopped, as requested; run the same command again');
}
