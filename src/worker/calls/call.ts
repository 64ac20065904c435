import type { Tensors } from '../tensors/tensor.ts';
import type { TraceFields } from '../wire/number-messages.ts';

/** How far a call is: `done` of `total` (null: unknown); metrics the operation reports. */
export interface ProgressNote {
  readonly done: number;
  readonly total: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly note: string | null;
}

/** How one call is followed, stopped and identified. */
export interface CallOptions {
  /** Aborting cancels the request; the call then rejects with CANCELLED. */
  readonly signal?: AbortSignal;
  /** Called at most about four times a second. */
  readonly onProgress?: (progress: ProgressNote) => void;
  readonly trace?: TraceFields;
  /**
   * Requests with equal keys are one piece of work, and the answers of pure operations are kept under them, on disk too
   * when the client has a `runDir`. 64 hexadecimal digits, or 'content' for the hash of the request itself. Without one
   * every call is its own and nothing is kept.
   */
  readonly key?: string;
  /** Whether the answer is kept under the key. Default true where there is one. */
  readonly keep?: boolean;
  /** Milliseconds from the call on after which it ends with DEADLINE, wherever it is by then. */
  readonly deadlineMs?: number;
  /** Milliseconds without a sign of life after which the worker counts as hung; by default the operation's. */
  readonly stallMs?: number;
}

/** What an operation answered; `cached` says that the worker had the answer already. */
export interface Answer<Data> {
  readonly data: Data;
  readonly tensors: Tensors;
  readonly wallMs: number;
  readonly cached: boolean;
}
