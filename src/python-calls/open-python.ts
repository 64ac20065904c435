import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { resolveExecutable } from '../worker/links/local/resolve-executable.ts';
import { WorkerFailure } from '../worker/worker-failure.ts';
import { PythonProcess } from './python-process.ts';
import { PythonSession } from './python-session.ts';
import { isPythonRunning } from './pythonia.ts';

/** One call of a Python function. */
export interface PythonCall<Schema extends z.ZodType = z.ZodType> {
  /** `path/to/file.py:function` (a relative path starts at this process's working directory), or one of the fence's own. */
  readonly name: string;
  /** Plain JSON; its fields become the function's keyword arguments. */
  readonly payload: object;
  /** What the function must return. */
  readonly answer: Schema;
  /** Milliseconds from its start in Python until it is interrupted. Default 20 000, at most 2^31 − 1. */
  readonly timeoutMs?: number;
  /** Aborting interrupts the call, or takes it out of the queue. */
  readonly signal?: AbortSignal;
}

/** A Python process that is steered call by call; modules it has loaded, and their state, live as long as it does. */
export interface OpenPython {
  /** Absolute path of the interpreter. */
  readonly executable: string;
  readonly pid: number;
  /**
   * Calls a Python function and gives its answer, checked; calls made together run one after another.
   * What it prints goes to stderr. NaN, infinities and integers beyond ±(2^53 − 1) are refused on both ways.
   * @throws WorkerFailure USER_CODE with file, line and traceback of what the function raised; INVALID_ARGUMENT and
   * TOO_LARGE before anything is sent; UNSUPPORTED for an unknown file or function; INVALID_DATA for an answer that is
   * not of the schema; DEADLINE and CANCELLED after `timeoutMs` and `signal`: the call is interrupted and Python goes on
   * with what it holds, unless the message says that it had to be killed; WORKER_LOST when Python ends or has ended.
   */
  readonly invoke: <Schema extends z.ZodType>(call: PythonCall<Schema>) => Promise<z.output<Schema>>;
  /** Ends Python within a second, a call under way with it. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a Python through pythonia, for short interactive calls: to probe, to draw, to steer a model by hand. Work that is
 * long, large, remote or worth restarting belongs to the worker (docs/python.md). A process holds one at a time, and any
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
