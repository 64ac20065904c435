import { type Deferred, defer } from '../../base/deferred.ts';
import type { PackedTensors } from '../tensors/pack-tensors.ts';
import type { numberMessages } from '../wire/number-messages.ts';
import type { Answer } from './call.ts';
import type { Attempt } from './encode-request.ts';

/** An attempt between its start and its answer. */
export interface OpenCall {
  readonly id: string;
  readonly attempt: Attempt;
  readonly common: ReturnType<ReturnType<typeof numberMessages>>;
  readonly answer: Deferred<Answer<unknown>>;
  /** Aborted when it is settled while its arrays are written: they are not needed any more. */
  writing: AbortController | undefined;
  isSettled: boolean;
  phase: 'waiting' | 'packing' | 'sent' | 'accepted';
  packed: PackedTensors | undefined;
  frames: readonly Uint8Array[];
  /** Why the caller gave it up, once it has. */
  given: 'CANCELLED' | 'DEADLINE' | null;
  /** What the caller's own function threw: how the call ends. */
  thrown: unknown;
  sentAtMs: number;
  /** Signs of life of the worker since it was sent. */
  signs: number;
  resends: number;
  /** It was sent again in vain: it may be what the worker cannot take. */
  unheard: boolean;
}

/** An attempt that waits to be sent. */
export function openCall(attempt: Attempt, common: OpenCall['common']): OpenCall {
  const unsent = { phase: 'waiting' as const, packed: undefined, frames: [], sentAtMs: 0, signs: 0 };
  const fresh = { isSettled: false, given: null, thrown: undefined, resends: 0, unheard: false, ...unsent };
  return { id: common.id, attempt, common, answer: defer(), writing: undefined, ...fresh };
}

/** The oldest request the worker has accepted: it works them off in order. */
export function runningOf(calls: Iterable<OpenCall>): OpenCall | undefined {
  for (const call of calls) if (call.phase === 'accepted') return call;
  return undefined;
}

/** Without a running request the one that was sent first may be what the worker could not take, if it lived to see it. */
export function oldestSentOf(calls: Iterable<OpenCall>): OpenCall | undefined {
  for (const call of calls) if (call.phase === 'sent' && call.signs > 0) return call;
  return undefined;
}

/** Bytes that may still be on their way. */
export function unheardBytesOf(calls: Iterable<OpenCall>): number {
  let bytes = 0;
  for (const { phase, frames } of calls) if (phase === 'sent') for (const frame of frames) bytes += frame.byteLength;
  return bytes;
}
