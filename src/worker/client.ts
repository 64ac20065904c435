import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { Operation } from '../protocol/operation.ts';
import type { Answer, CallOptions } from './calls/call.ts';
import { type InterruptedCall, NO_JOURNAL, openJournal } from './calls/journal.ts';
import { Retries } from './calls/retries.ts';
import { checkTimes } from './check-times.ts';
import { describeOwnOperations } from './custom-operations.ts';
import { resolvePython } from './links/local/interpreter.ts';
import { localLinks } from './links/local/local-link.ts';
import type { ListenOptions } from './links/remote/listen-options.ts';
import { openListening } from './open-listening.ts';
import { quietly } from './quietly.ts';
import type { HelloMessage, LinkSource } from './session/link.ts';
import { createRestartBudget, type RestartBudget } from './session/restart-budget.ts';
import type { Session } from './session/session.ts';
import { SESSION_DEFAULTS, type SessionOptions, type SessionSettings } from './session/session-options.ts';
import { startSession } from './session/start-session.ts';
import { Supervisor } from './supervisor.ts';
import type { Tensors } from './tensors/tensor.ts';
import { startCancelled, WorkerFailure } from './worker-failure.ts';

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
/** Whoever starts a worker on another host may take a while. */
const JOIN_TIMEOUT_MS = 30 * 60_000;

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
  let source: LinkSource | undefined;
  try {
    const settings = fillOptions(options);
    const links = await openLinks(options, settings);
    source = links;
    const start = (signal: AbortSignal) => startSession(links, settings, { signal, journal, note });
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
        links.announceEnd();
        try {
          await supervisor.close(drainMs);
        } finally {
          links.close();
        }
      },
    };
  } catch (error) {
    journal.close();
    source?.close();
    throw error;
  }
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

async function openLinks(options: WorkerOptions, settings: Settings): Promise<LinkSource> {
  return options.listen === undefined ? localLinks(settings) : openListening({ ...settings, ...options.listen });
}

function limitsOf(options: WorkerOptions) {
  const { attempts = 3, retryDelayMs = 1000, restarts = 5, restartDelayMs = 500, healthyMs = 600_000 } = options;
  return {
    retries: new Retries({ attempts, delayMs: retryDelayMs }),
    budget: createRestartBudget({ most: restarts, delayMs: restartDelayMs, healthyMs }),
  };
}

type Settings = Omit<WorkerOptions, keyof SessionSettings> & SessionSettings;

/** The options with what was left out filled in. @throws WorkerFailure INVALID_ARGUMENT naming an operation that cannot be used. */
function fillOptions(options: WorkerOptions): Settings {
  return {
    ...SESSION_DEFAULTS,
    ...(options.listen && { startTimeoutMs: JOIN_TIMEOUT_MS }),
    ...options,
    python: options.python ?? resolvePython(),
    packageDir: options.packageDir ?? PACKAGE_ROOT,
    device: options.device ?? 'auto',
    threads: options.threads ?? 1,
    operations: describeOwnOperations(options.operations ?? []),
  };
}
