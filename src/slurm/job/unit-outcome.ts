import { EXIT_STATUS, messageOf } from '../../base/errors.ts';
import { knownFailure } from '../../base/files/known-failure.ts';
import { isStop } from '../../experiment/supervise-run.ts';
import { RunHeld } from '../../ledger/lock/lock.ts';

/** How the work on a unit ended. */
export type UnitOutcome =
  | { readonly type: 'done'; readonly digest: string | null }
  | { readonly type: 'stopped' }
  /** Cannot continue yet; `submit --only missing` resumes it. */
  | { readonly type: 'waiting'; readonly exitStatus: number; readonly message: string }
  /** Another process works on it. */
  | { readonly type: 'fenced'; readonly message: string }
  | { readonly type: 'failed'; readonly exitStatus: number; readonly message: string };

/** Converts a value thrown in the work on a unit to its outcome. */
export function outcomeOf(error: unknown): UnitOutcome {
  if (isStop(error)) return { type: 'stopped' };
  if (error instanceof RunHeld) return { type: 'fenced', message: error.message };
  const known = knownFailure(error);
  if (known !== undefined) return { type: 'failed', exitStatus: known.exitStatus, message: known.message };
  return { type: 'failed', exitStatus: EXIT_STATUS.internal, message: `internal error in balpm: ${messageOf(error)}` };
}
