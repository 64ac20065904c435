import { CommanderError } from 'commander';
import { EXIT_STATUS } from '../../base/errors.ts';
import { knownFailure } from '../../base/files/known-failure.ts';

/** How a command line ended that did not end well: the exit status, and what is left to say of it. */
export interface Failure {
  readonly status: number;
  readonly text: string;
}

/**
 * One line for what a person can act on, though nobody foresaw it: a refusal of the system is one. All else is a fault
 * of ours and comes with its stack. `stopStatus` is that of the signal that stopped the command.
 */
export function describeFailure(error: unknown, stopStatus?: number): Failure {
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : EXIT_STATUS.usage, text: '' };
  const known = knownFailure(error);
  if (known !== undefined && known.kind !== 'internal') {
    const status = known.kind === 'stopped' ? (stopStatus ?? known.exitStatus) : known.exitStatus;
    return { status, text: `error: ${known.message}\n` };
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return { status: EXIT_STATUS.internal, text: `error: this is a fault of balpm, please report it\n${stack}\n` };
}
