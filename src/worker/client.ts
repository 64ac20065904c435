import type { z } from 'zod';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions } from './call.ts';
import type { HelloMessage } from './handshake.ts';
import type { ListenOptions } from './listen-options.ts';
import { startCancelled } from './start-cancelled.ts';
import { startRemoteWorker } from './start-remote-worker.ts';
import { StartingWorker } from './starting-worker.ts';
import type { Tensors } from './tensor.ts';

export type { Answer, CallOptions, ProgressNote } from './call.ts';

export interface WorkerOptions {
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  /** Directory that holds the package `python_worker`. */
  readonly packageDir: string;
  /** 'cpu', 'cuda', 'cuda:1', or 'auto'. */
  readonly device: string;
  /** Threads of one tensor operation. */
  readonly threads: number;
  /** Everything the worker says on stderr is appended here. */
  readonly logFile: string;
  /**
   * Waits for a worker that somebody starts on another host (`balpm worker start --connect FILE`) instead of starting
   * one; `python` is not used then, `device` and `threads` are what that worker computes with unless told otherwise.
   */
  readonly listen?: ListenOptions;
  /** Aborting stops the start; a started worker goes on until `close`. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the worker must have introduced itself. Default 20 000, or 30 minutes with `listen`. */
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
 * @throws WorkerFailure START_FAILED (missing Python, wrong torch), HANDSHAKE (another schema), START_TIMEOUT, CANCELLED.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerClient> {
  if (options.signal?.aborted) throw startCancelled();
  if (options.listen) return startRemoteWorker(options, options.listen);
  const starting = new StartingWorker(options);
  try {
    return await starting.run();
  } catch (error) {
    await starting.abandon();
    throw error;
  }
}
