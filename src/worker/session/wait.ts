import { setTimeout } from 'node:timers/promises';
import { type Stop, unless } from '../../base/unless.ts';
import { givenUp } from '../calls/given-up.ts';
import { WorkerFailure } from '../worker-failure.ts';

/** What ends a call's wait for a worker: its caller, its deadline (a `performance.now()`), or the client's end. */
export interface Stops {
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  readonly deadlineAt: number;
  readonly closing: AbortSignal;
}

/** What is awaited, unless a stop comes first. @throws WorkerFailure CANCELLED, DEADLINE, UNAVAILABLE. */
export function waitFor<T>(awaited: Promise<T>, { name, signal, deadlineAt, closing }: Stops): Promise<T> {
  const stops: Stop[] = [{ signal: closing, failure: () => closed(name) }];
  if (Number.isFinite(deadlineAt))
    stops.unshift({ afterMs: deadlineAt - performance.now(), failure: () => givenUp('DEADLINE', name) });
  if (signal !== undefined) stops.unshift({ signal, failure: () => givenUp('CANCELLED', name) });
  return unless(awaited, ...stops);
}

/** Waits `ms`, unless a stop comes first. @throws as `waitFor`. */
export async function pause(ms: number, stops: Stops): Promise<void> {
  if (ms === 0) return;
  const done = new AbortController();
  try {
    await waitFor(setTimeout(ms, undefined, { signal: done.signal }), stops);
  } finally {
    done.abort();
  }
}

/** The failure of what is asked of a client that was closed. */
export const closed = (name: string): WorkerFailure =>
  new WorkerFailure('UNAVAILABLE', `Cannot run '${name}': the worker was closed, a new one is needed`);
