import { type BalpmError, environmentError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { cutText } from '../../base/text/cut-text.ts';
import { callSlurm } from '../site/call-slurm.ts';

/** A script and how it is submitted. */
export interface SbatchCall {
  /** Of the script. */
  readonly path: string;
  /** Words after `sbatch`. */
  readonly argv: readonly string[];
  /** Names of further variables that its jobs receive. */
  readonly environment: readonly string[];
}

/** Asks sbatch whether it would accept a script. @throws BalpmError (environment) with its output. */
export async function testScript({ path, argv, environment }: SbatchCall, signal: AbortSignal): Promise<void> {
  const act = `submit ${quotePath(path)} (--test-only)`;
  await callSlurm('sbatch', ['--test-only', ...argv], { environment, act, signal });
}

/**
 * Submits a script and returns the output of sbatch; no signal interrupts that.
 * @throws BalpmError (environment) with the output of sbatch, `NoAnswer` when the script may have been accepted.
 */
export async function callSbatch({ path, argv, environment }: SbatchCall): Promise<string> {
  return (await callSlurm('sbatch', argv, { environment, act: `submit ${quotePath(path)}` })).stdout;
}

/** The error if no job id was printed; `remedy` is how to find the job. */
export const noJobId = (path: string, printed: string, remedy: string): BalpmError =>
  environmentError(
    `Cannot identify the job of ${quotePath(path)}: sbatch printed ${JSON.stringify(cutText(printed, 300))} without a job id; ${remedy}`,
  );
