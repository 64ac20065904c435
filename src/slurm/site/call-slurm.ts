import { execa } from 'execa';
import { LONGEST_SECONDS } from '../../base/after.ts';
import { BalpmError, environmentError } from '../../base/errors.ts';
import { cutText } from '../../base/text/cut-text.ts';
import { submitEnvironment } from './submit-environment.ts';

/** Output of one of Slurm's commands. */
export interface SlurmAnswer {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Seconds that a controller may take, unless BALPM_SLURM_SECONDS sets another limit; a busy one takes tens of seconds.
 */
const ANSWER_SECONDS = 60;

interface SlurmCall {
  /** Names of further variables that the command, and a job it submits, receives. */
  readonly environment?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** The act that fails with the command, in words: `submit 'cells-0.sbatch'`. */
  readonly act: string;
}

/**
 * Runs `sbatch`, `squeue`, `scancel`, `scontrol` or `sacct`, without a shell.
 * @throws BalpmError (environment) with the command's output when it does not exist, does not finish within a minute, or
 * fails.
 */
export async function callSlurm(program: string, args: readonly string[], call: SlurmCall): Promise<SlurmAnswer> {
  const { environment = [], signal, act } = call;
  const seconds = answerSeconds();
  const result = await execa(program, args, {
    extendEnv: false,
    env: submitEnvironment(process.env, environment),
    stdin: 'ignore',
    reject: false,
    timeout: seconds * 1000,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    maxBuffer: 1 << 28,
  });
  if (!result.failed) return { stdout: result.stdout, stderr: result.stderr };
  const said = cutText(oneLine(`${result.stderr}\n${result.stdout}`) || 'nothing', 500);
  if (result.timedOut) throw noAnswer(program, act, seconds);
  if (result.exitCode === undefined && result.code === 'ENOENT') throw noCommand(program, act);
  throw environmentError(
    `Cannot ${act}: ${program} failed and printed: ${said}; fix what it names, then run the same command again`,
  );
}

const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('; ');

/** The command timed out: the requested action may have happened. */
export class NoAnswer extends BalpmError {}

function answerSeconds(): number {
  const given = Number(process.env['BALPM_SLURM_SECONDS']);
  return given > 0 && given <= LONGEST_SECONDS ? given : ANSWER_SECONDS;
}

function noAnswer(program: string, act: string, seconds: number): BalpmError {
  return new NoAnswer(
    'environment',
    `Cannot ${act}: ${program} timed out after ${seconds} s; check the controller (scontrol ping), then run the same command again`,
  );
}

const noCommand = (program: string, act: string): BalpmError =>
  environmentError(
    `Cannot ${act}: command '${program}' is not on PATH; run this where Slurm is installed, on a login node`,
  );
