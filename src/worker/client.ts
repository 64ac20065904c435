import type { z } from 'zod';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions } from './call.ts';
import { fillOptions } from './fill-options.ts';
import type { HelloMessage } from './handshake.ts';
import { type InterruptedCall, NO_JOURNAL, openJournal } from './journal.ts';
import { createRestartBudget } from './restart-budget.ts';
import { Retries } from './retries.ts';
import type { SessionOptions } from './session-options.ts';
import { startSession } from './starting-session.ts';
import { Supervisor } from './supervisor.ts';
import type { Tensors } from './tensor.ts';

export type { Answer, CallOptions, ProgressNote } from './call.ts';

export interface WorkerOptions
  extends Omit<SessionOptions, 'python' | 'packageDir' | 'device' | 'threads' | 'operations'> {
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
  /** Aborting stops the start; a started worker goes on until `close`. */
  readonly signal?: AbortSignal;
  /** File the life of every call is written to, one JSON line a step; none without it. */
  readonly journalFile?: string;
  /** Attempts of a call whose failure may pass. Default 3. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt, doubled with every further one (at most 60 s). Default 1 000. */
  readonly retryDelayMs?: number;
  /** Starts in a row after the first; 0: a worker that ends is not started again. Default 5. */
  readonly restarts?: number;
  /** Milliseconds before a restart, doubled with every further one (at most 30 s). Default 500. */
  readonly restartDelayMs?: number;
  /** Milliseconds a worker must be ready for until its restarts are forgiven. Default 10 minutes. */
  readonly healthyMs?: number;
  /** Told in one sentence when a worker is silent, ends, or was started again. */
  readonly onNote?: (sentence: string) => void;
}

/** A worker that is started again when it ends. */
export interface WorkerClient {
  /** How the present process introduced itself. */
  readonly hello: HelloMessage;
  readonly logFile: string;
  /** Calls of the orchestrator before this one that never got an answer (see `journalFile`). */
  readonly interrupted: readonly InterruptedCall[];
  /**
   * Runs an operation. Calls are worked off one after another in the order they were made; the arrays of `tensors`
   * must not change before the call has settled. A worker that ends is started again, and what it was doing is tried
   * again, at most `attempts` times.
   * @throws WorkerFailure with the worker's code; INVALID_ARGUMENT or TOO_LARGE before anything is sent; WORKER_LOST,
   * HUNG or START_FAILED when no worker can be had any more; POISON when the call has ended two workers; CANCELLED
   * after `signal` is aborted; DEADLINE; UNAVAILABLE after `close`.
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

const DRAIN_MS = 5000;

/**
 * Starts a worker process and waits until it is ready.
 * @throws WorkerFailure INVALID_ARGUMENT (an operation of one's own that cannot be used), START_FAILED (missing Python, wrong torch), HANDSHAKE (another schema), START_TIMEOUT, CANCELLED.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerClient> {
  const settings = fillOptions(options);
  const { journalFile, onNote: note = () => undefined } = options;
  const { journal, interrupted } =
    journalFile === undefined ? { journal: NO_JOURNAL, interrupted: [] } : openJournal(journalFile, () => new Date());
  const start = (signal: AbortSignal) => startSession(settings, { signal, journal, note });
  try {
    const first = await start(options.signal ?? new AbortController().signal);
    const supervisor = new Supervisor(first, { start, journal, note, logFile: options.logFile, ...limitsOf(options) });
    return {
      get hello() {
        return supervisor.hello;
      },
      logFile: options.logFile,
      interrupted,
      call: (operation, params, tensors, callOptions) => supervisor.call(operation, params, tensors, callOptions),
      close: (drainMs = DRAIN_MS) => supervisor.close(drainMs),
    };
  } catch (error) {
    journal.close();
    throw error;
  }
}

function limitsOf(options: WorkerOptions) {
  const { attempts = 3, retryDelayMs = 1000, restarts = 5, restartDelayMs = 500, healthyMs = 600_000 } = options;
  return {
    retries: new Retries({ attempts, delayMs: retryDelayMs }),
    budget: createRestartBudget({ most: restarts, delayMs: restartDelayMs, healthyMs }),
  };
}
