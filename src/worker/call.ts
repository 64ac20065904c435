import type { TraceFields } from './envelope.ts';
import type { Tensors } from './tensor.ts';

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
  /** Requests with equal keys are one piece of work; by default every call is its own. 64 hexadecimal digits. */
  readonly key?: string;
  /** Milliseconds after which the worker gives up with DEADLINE. */
  readonly deadlineMs?: number;
}

/** What an operation answered; `cached` says that the worker had the answer already. */
export interface Answer<Data> {
  readonly data: Data;
  readonly tensors: Tensors;
  readonly wallMs: number;
  readonly cached: boolean;
}
