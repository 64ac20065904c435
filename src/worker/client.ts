import type { z } from 'zod';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions } from './call.ts';
import type { HelloMessage } from './handshake.ts';
import { StartingWorker, startCancelled } from './starting-worker.ts';
import type { Tensors } from './tensor.ts';
import { workerSettings } from './worker-settings.ts';

export type { Answer, CallOptions, ProgressNote } from './call.ts';

/** How a worker is started; only `logFile` is required. Times are in milliseconds. */
export interface WorkerOptions {
  /** Interpreter: a path or a name on PATH. Default: BALPM_PYTHON, else the package's .venv, else `python3`. */
  readonly python?: string;
  /** Directory that holds the package `python_worker`. Default: this package. */
  readonly packageDir?: string;
  /** 'cpu', 'cuda', 'cuda:1', or 'auto' (the default: a GPU where there is one). */
  readonly device?: string;
  /** Threads of one tensor operation. Default 1. */
  readonly threads?: number;
  /** Operations of one's own, made by `defineOperation` with a `file`; called like the built-in ones. */
  readonly operations?: readonly Operation[];
  /** Everything the worker says on stderr is appended here. */
  readonly logFile: string;
  /** Aborting stops the start; a started worker goes on until `close`. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the worker must have introduced itself. Default 20 000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds from there until it must be ready. Default 30 minutes. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between signs of life. Default 2 000. */
  readonly statusIntervalMs?: number;
  /** Least milliseconds between two progress messages of a call. Default 250. */
  readonly progressIntervalMs?: number;
}

/** A running worker. */
export interface WorkerClient {
  /** How it introduced itself. */
  readonly hello: HelloMessage;
  readonly logFile: string;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /**
   * Runs an operation. Calls are worked off one after another in the order they were made; the arrays of `tensors`
   * must not change before the call has settled.
   * @throws WorkerFailure with the worker's code; INVALID_ARGUMENT or TOO_LARGE before anything is sent; WORKER_LOST
   * as soon as the process ends; CANCELLED after `signal` is aborted.
   */
  readonly call: <Params extends z.ZodType, Data extends z.ZodType>(
    operation: Operation<Params, Data>,
    params: z.input<Params>,
    tensors?: Tensors,
    options?: CallOptions,
  ) => Promise<Answer<z.output<Data>>>;
  /** Lets running calls finish for `drainMs` (default 5 000), then stops the process and frees everything. */
  readonly close: (drainMs?: number) => Promise<void>;
}

/**
 * Starts a worker process and waits until it is ready.
 * @throws WorkerFailure INVALID_ARGUMENT (an operation of one's own that cannot be used), START_FAILED (missing Python, wrong torch), HANDSHAKE (another schema), START_TIMEOUT, CANCELLED.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerClient> {
  if (options.signal?.aborted) throw startCancelled();
  const starting = new StartingWorker(workerSettings(options));
  try {
    return await starting.run();
  } catch (error) {
    await starting.abandon();
    throw error;
  }
}
