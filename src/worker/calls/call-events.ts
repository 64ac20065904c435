import type { Retry, WorkerFailure } from '../worker-failure.ts';
import type { Answer, ProgressNote } from './call.ts';
import type { GivenUp } from './given-up.ts';
import type { ArrivedResult } from './read-answer.ts';

/** What happens to a call; times are those of `performance.now()`. */
export type CallEvent =
  | { readonly type: 'admitted' }
  | { readonly type: 'packed'; readonly nowMs: number }
  | { readonly type: 'accepted'; readonly dedup: string }
  | { readonly type: 'progress'; readonly progress: ProgressNote }
  | { readonly type: 'thrown'; readonly error: unknown }
  | { readonly type: 'result'; readonly result: ArrivedResult }
  | { readonly type: 'read'; readonly answer: Answer<unknown> }
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'cancel'; readonly why: GivenUp }
  | { readonly type: 'overdue' }
  | { readonly type: 'sign'; readonly nowMs: number; readonly patienceMs: number }
  | { readonly type: 'interrupted'; readonly nowMs: number }
  | { readonly type: 'death'; readonly isBlamed: boolean; readonly lost: (retry: Retry) => WorkerFailure };

/** What is to be done about it, in order. */
export type CallEffect =
  | { readonly do: 'pack' | 'transmit' | 'watch-cancel' | 'leave' | 'return-credit' }
  | { readonly do: 'journal'; readonly type: 'sent' | 'resent' | 'accepted' | 'cancelling'; readonly more: object }
  | { readonly do: 'report'; readonly progress: ProgressNote }
  | { readonly do: 'tell-cancel'; readonly why: GivenUp }
  | { readonly do: 'give-worker-up'; readonly why: string }
  | { readonly do: 'read' | 'discard'; readonly result: ArrivedResult }
  | { readonly do: 'resolve'; readonly answer: Answer<unknown> }
  | { readonly do: 'reject'; readonly error: unknown };
