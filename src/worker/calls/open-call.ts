import { type Deferred, defer } from '../../base/deferred.ts';
import type { PackedTensors } from '../tensors/pack-tensors.ts';
import type { numberMessages } from '../wire/number-messages.ts';
import type { Answer } from './call.ts';
import { type CallState, newCall } from './call-state.ts';
import type { Attempt } from './encode-request.ts';

/** An attempt between its start and its answer, with what it holds. */
export interface OpenCall {
  readonly id: string;
  readonly attempt: Attempt;
  readonly common: ReturnType<ReturnType<typeof numberMessages>>;
  readonly answer: Deferred<Answer<unknown>>;
  state: CallState;
  /** Aborted when it is settled while its arrays are written: they are not needed any more. */
  writing: AbortController | undefined;
  packed: PackedTensors | undefined;
  frames: readonly Uint8Array[];
  /** Runs while it has been cancelled and not ended. */
  grace: NodeJS.Timeout | undefined;
}

/** An attempt that waits to be sent. */
export function openCall(attempt: Attempt, common: OpenCall['common']): OpenCall {
  const state = newCall(attempt.request.operation.name);
  const unsent = { writing: undefined, packed: undefined, frames: [], grace: undefined };
  return { id: common.id, attempt, common, answer: defer(), state, ...unsent };
}

/** The oldest request the worker has accepted: it works them off in order. */
export function runningOf(calls: Iterable<OpenCall>): OpenCall | undefined {
  for (const call of calls) if (call.state.phase === 'accepted') return call;
  return undefined;
}

/** Without a running request the one that was sent first may be what the worker could not take, if it lived to see it. */
export function oldestSentOf(calls: Iterable<OpenCall>): OpenCall | undefined {
  for (const call of calls) if (call.state.phase === 'sent' && call.state.signs > 0) return call;
  return undefined;
}

/** Bytes that may still be on their way. */
export function unheardBytesOf(calls: Iterable<OpenCall>): number {
  let bytes = 0;
  for (const { state, frames } of calls)
    if (state.phase === 'sent') for (const frame of frames) bytes += frame.byteLength;
  return bytes;
}
