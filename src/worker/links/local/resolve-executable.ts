import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { commandHere } from '../../../base/command-here.ts';
import { quotePath, readableReason } from '../../../base/files/files.ts';
import { WorkerFailure } from '../../worker-failure.ts';

const LIMIT_MS = 5_000;

/**
 * Asks an interpreter for its own absolute path: a missing one would otherwise end this process inside pythonia.
 * @throws WorkerFailure START_FAILED when it is missing, does not answer within 5 s, or is no Python.
 */
export async function resolveExecutable(interpreter: string): Promise<string> {
  try {
    const path = (await ask(interpreter)).trim();
    if (!path.startsWith('/')) throw new Error(`it answered '${path.slice(0, 80)}'`);
    return path;
  } catch (error) {
    throw new WorkerFailure(
      'START_FAILED',
      `Cannot start Python ${quotePath(interpreter)}: ${readableReason(error).split('\n')[0]}; run ${commandHere('setup')}, or set BALPM_PYTHON to a Python 3.11 or newer`,
      {},
      { cause: error },
    );
  }
}

/** A late one is killed with all it started: a grandchild that holds stdout would be waited for. */
async function ask(interpreter: string): Promise<string> {
  const asking = execa(interpreter, ['-c', 'import sys; print(sys.executable)'], { stdin: 'ignore', detached: true });
  const answered = new AbortController();
  const late = setTimeout(LIMIT_MS, true, { signal: answered.signal }).catch(() => false);
  try {
    const answer = await Promise.race([asking, late.then((isLate) => (isLate ? undefined : asking))]);
    if (answer !== undefined) return answer.stdout;
  } finally {
    answered.abort();
  }
  if (asking.pid !== undefined) process.kill(-asking.pid, 'SIGKILL');
  asking.catch(() => undefined);
  throw new Error(`there was no answer within ${LIMIT_MS / 1000} s`);
}
