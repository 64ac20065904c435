import type { z } from 'zod';

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
