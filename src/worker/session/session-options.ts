import type { Journal } from '../calls/journal.ts';
import type { OwnOperationMessage } from '../custom-operations.ts';

/** How a worker is started and watched; the times have defaults, shorter ones serve tests. */
export interface SessionOptions {
  /** Interpreter: a path or a name on PATH. */
  readonly python: string;
  /** Directory that holds the package `python_worker`. */
  readonly packageDir: string;
  /** 'cpu', 'cuda', 'cuda:1', or 'auto'. */
  readonly device: string;
  /** Threads of one tensor operation. */
  readonly threads: number;
  /** What the worker is told of operations that are not its own. */
  readonly operations: readonly OwnOperationMessage[];
  /** Everything the worker says on stderr is appended here; at 16 MiB the file is put aside as `.1`, three are kept. */
  readonly logFile: string;
  /** Directory for kept answers, kept posteriors and large arrays; without one answers are kept in memory only. */
  readonly runDir?: string;
  /** Directory in which shared memory for large arrays is taken; null: nowhere. Default '/dev/shm'. */
  readonly sharedMemory?: string | null;
  /** Milliseconds until the worker must have introduced itself. Default 20 000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds from there until it must be ready. Default 30 minutes. */
  readonly readyTimeoutMs?: number;
  /** Milliseconds between signs of life. Default 2 000. */
  readonly statusIntervalMs?: number;
  /** Least milliseconds between two progress messages of a call. Default 250. */
  readonly progressIntervalMs?: number;
  /** Milliseconds the worker may take to acknowledge a request before it is sent again. Default 5 000. */
  readonly ackTimeoutMs?: number;
  /** Milliseconds a cancelled request may take to end before its worker is killed. Default 30 000. */
  readonly cancelGraceMs?: number;
  /** Milliseconds between two heartbeats of the connection, and without one until it counts as interrupted. Default 5 000 and 15 000. */
  readonly heartbeat?: { readonly intervalMs: number; readonly timeoutMs: number };
  /** Milliseconds an interrupted connection may stay so before its worker is given up. Default 60 000. */
  readonly reconnectMs?: number;
}

/** What the client above gives to every session. */
export interface SessionContext {
  /** Aborting stops a start; a session that is ready goes on. */
  readonly signal: AbortSignal;
  readonly journal: Journal;
  /** Tells one thing worth knowing of the worker: silence, an interrupted connection. */
  readonly note: (sentence: string) => void;
}

export const SESSION_DEFAULTS = {
  startTimeoutMs: 20_000,
  readyTimeoutMs: 30 * 60_000,
  statusIntervalMs: 2000,
  progressIntervalMs: 250,
  ackTimeoutMs: 5000,
  cancelGraceMs: 30_000,
  heartbeat: { intervalMs: 5000, timeoutMs: 15_000 },
  reconnectMs: 60_000,
} as const;

/** Options with every time filled in. */
export type SessionSettings = SessionOptions & Required<Pick<SessionOptions, keyof typeof SESSION_DEFAULTS>>;
