import { messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { resolveExecutable } from '../worker/links/local/resolve-executable.ts';
import { WorkerFailure } from '../worker/worker-failure.ts';
import type { OpenPython } from './python-call.ts';
import { PythonProcess } from './python-process.ts';
import { PythonSession } from './python-session.ts';
import { isPythonRunning } from './pythonia.ts';

/**
 * Starts a Python through pythonia, for short interactive calls: to probe, to draw, to steer a model by hand. Work that is
 * long, large, remote or worth restarting belongs to the worker (docs/explanation/python-calls.md). A process holds one at a time, and any
 * number one after another. An open one does not keep this process alive, and ends with it however that ends.
 * Without an interpreter: BALPM_PYTHON, else that of balpm setup, else python3.
 * @throws WorkerFailure START_FAILED when the interpreter is missing or does not start, UNAVAILABLE when one is open.
 * @example
 * const python = await openPython();
 * const loss = await python.invoke({ name: 'model.py:train', payload: { steps: 10 }, answer: z.number() });
 * await python.close();
 */
export async function openPython(interpreter: string = resolvePython()): Promise<OpenPython> {
  const executable = await resolveExecutable(interpreter);
  if (isPythonRunning()) {
    const found = 'one is open in this process already';
    throw new WorkerFailure('UNAVAILABLE', `Cannot open Python ${quotePath(interpreter)}: ${found}, close() is needed`);
  }
  return new PythonSession(executable, await start(executable));
}

async function start(executable: string): Promise<PythonProcess> {
  try {
    return await PythonProcess.start(executable);
  } catch (error) {
    const found = messageOf(error).trim().split('\n').at(-1) ?? '';
    throw new WorkerFailure(
      'START_FAILED',
      `Cannot start Python ${quotePath(executable)}: ${found || stackOf(error)}, a Python 3.11 that starts is needed`,
      {},
      { cause: error },
    );
  }
}

/** pythonia's own errors have an empty message; their text is the end of the stack. */
const stackOf = (error: unknown): string =>
  (error instanceof Error ? error.stack : undefined)?.trim().split('\n').at(-1)?.trim() ?? 'no reason was given';
