import { type BalpmError, environmentError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { cutText } from '../../base/text/cut-text.ts';
import { callSlurm } from '../site/call-slurm.ts';

/** A script and how it is handed in. */
export interface SbatchCall {
  /** Of the script. */
  readonly path: string;
  /** Words after `sbatch`. */
  readonly argv: readonly string[];
  /** Names of further variables that its jobs see. */
  readonly environment: readonly string[];
}

/** Asks sbatch whether it would take a script. @throws BalpmError (environment) with what it said. */
export async function testScript({ path, argv, environment }: SbatchCall, signal: AbortSignal): Promise<void> {
  const act = `submit ${quotePath(path)} (--test-only)`;
  await callSlurm('sbatch', ['--test-only', ...argv], { environment, act, signal });
}

/**
 * Hands a script in and gives what sbatch printed; no signal cuts that short.
 * @throws BalpmError (environment) with what it said, `NoAnswer` when it may have been taken.
 */
export async function callSbatch({ path, argv, environment }: SbatchCall): Promise<string> {
  return (await callSlurm('sbatch', argv, { environment, act: `submit ${quotePath(path)}` })).stdout;
}

/** What to say when no job id was printed; `remedy` says how the job is found. */
export const noJobId = (path: string, printed: string, remedy: string): BalpmError =>
  environmentError(
    `Cannot tell which job ${quotePath(path)} became: sbatch printed ${JSON.stringify(cutText(printed, 300))} and no job id; ${remedy}`,
  );
