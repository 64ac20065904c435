import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions } from './calls/call.ts';
import { type InterruptedCall, NO_JOURNAL, openJournal } from './calls/journal.ts';
import { Retries } from './calls/retries.ts';
import { checkTimes } from './check-times.ts';
import { fillOptions } from './fill-options.ts';
import type { ListenOptions } from './links/remote/listen-options.ts';
import { openListening } from './links/remote/open-listening.ts';
import type { HelloMessage } from './session/handshake.ts';
import { joinSession } from './session/joining-session.ts';
import { createRestartBudget, type RestartBudget } from './session/restart-budget.ts';
import type { Session } from './session/session.ts';
import type { SessionContext, SessionOptions } from './session/session-options.ts';
import { startCancelled } from './session/start-cancelled.ts';
import { startSession } from './session/starting-session.ts';
import { Supervisor } from './supervisor.ts';
import type { Tensors } from './tensors/tensor.ts';
import { WorkerFailure } from './worker-failure.ts';

export type { Answer, CallOptions, ProgressNote } from './calls/call.ts';

/** How a worker is started; only `logFile` is required. Times are in milliseconds. */
export interface WorkerOptions
  extends Omit<SessionOptions, 'python' | 'packageDir' | 'device' | 'threads' | 'operations'> {
  /** Interpreter: a path or a name on PATH. Default: BALPM_PYTHON, else that of balpm setup, else `python3`. */
  readonly python?: string;
  /** Directory that holds the package `python_worker`. Default: this package. */
  readonly packageDir?: string;
  /** 'cpu', 'cuda', 'cuda:1', or 'auto' (the default: a GPU where there is one). */
  readonly device?: string;
  /** Threads of one tensor operation. Default 1. */
  readonly threads?: number;
  /** Operations of one's own, made by `defineOperation` with a `file`; called like the built-in ones. */
  readonly operations?: readonly Operation[];
  /**
   * Waits for a worker that somebody starts on another host (`balpm worker start --connect FILE`) instead of starting
   * one; `python` is not used then, `device` and `threads` are what that worker computes with unless told otherwise.
   * The place to join stays open: when the worker is lost, the next one takes its calls over. With `rendezvous` such
   * workers wait by themselves (`balpm worker start --rendezvous DIR`), also for the next orchestrator.
   */
  readonly listen?: ListenOptions;
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
  if (options.signal?.aborted) throw startCancelled();
  checkTimes(options, 'start a worker');
  const { journalFile } = options;
  const note = quietly(options.onNote);
  const { journal, interrupted } =
    journalFile === undefined ? { journal: NO_JOURNAL, interrupted: [] } : openJournal(journalFile, () => new Date());
  let source: SessionSource | undefined;
  try {
    const from = await openSource(options);
    source = from;
    const start = (signal: AbortSignal) => from.start({ signal, journal, note });
    const limits = limitsOf(options);
    const first = await startFirst(start, limits.budget, note, options.signal ?? new AbortController().signal);
    const supervisor = new Supervisor(first, { start, journal, note, logFile: options.logFile, ...limits });
    return {
      get hello() {
        return supervisor.hello;
      },
      logFile: options.logFile,
      interrupted,
      call: (operation, params, tensors, callOptions) => supervisor.call(operation, params, tensors, callOptions),
      close: async (drainMs = DRAIN_MS) => {
        from.announceEnd();
        try {
          await supervisor.close(drainMs);
        } finally {
          from.close();
        }
      },
    };
  } catch (error) {
    journal.close();
    source?.close();
    throw error;
  }
}

/** A listener's mistake is its own: it must not end what it listens to. */
function quietly(onNote: ((sentence: string) => void) | undefined): (sentence: string) => void {
  return (sentence) => {
    try {
      onNote?.(sentence);
    } catch {
      // Nobody is there to be told.
    }
  };
}

/** A first start that fails is told at once, unless the process was killed from outside. */
async function startFirst(
  start: (signal: AbortSignal) => Promise<Session>,
  budget: RestartBudget,
  note: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Session> {
  for (;;) {
    try {
      return await start(signal);
    } catch (error) {
      const delayMs = error instanceof WorkerFailure && error.retry === 'counted' ? budget.next() : undefined;
      if (delayMs === undefined) throw error;
      note(messageOf(error));
      await setTimeout(delayMs, undefined, { signal }).catch(() => undefined); // the next start says that it was stopped
    }
  }
}

/** Where sessions come from: processes of this machine, or whoever joins at a place that stays open between them. */
interface SessionSource {
  readonly start: (context: SessionContext) => Promise<Session>;
  /** The work has ended as it should; workers that wait are told before the present one. */
  readonly announceEnd: () => void;
  readonly close: () => void;
}

async function openSource(options: WorkerOptions): Promise<SessionSource> {
  const settings = fillOptions(options);
  if (options.listen === undefined)
    return { start: (context) => startSession(settings, context), announceEnd: nothing, close: nothing };
  const { isOver = () => true } = options.listen;
  const listening = await openListening({ ...settings, ...options.listen });
  return {
    start: (context) => joinSession(listening, settings, context),
    announceEnd: () => listening.announceEnd(isOver()),
    close: () => listening.close(),
  };
}

const nothing = (): void => undefined;

function limitsOf(options: WorkerOptions) {
  const { attempts = 3, retryDelayMs = 1000, restarts = 5, restartDelayMs = 500, healthyMs = 600_000 } = options;
  return {
    retries: new Retries({ attempts, delayMs: retryDelayMs }),
    budget: createRestartBudget({ most: restarts, delayMs: restartDelayMs, healthyMs }),
  };
}
