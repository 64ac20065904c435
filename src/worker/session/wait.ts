import { setTimeout } from 'node:timers/promises';
import { after } from '../../base/after.ts';
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
export async function waitFor<T>(awaited: Promise<T>, stops: Stops): Promise<T> {
  const done = new AbortController();
  try {
    return await Promise.race([awaited, ...stopping(stops, done.signal)]);
  } finally {
    done.abort();
  }
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

function stopping({ name, signal, deadlineAt, closing }: Stops, done: AbortSignal): Promise<never>[] {
  const cancelled = signal ? [aborted(signal, done, () => givenUp('CANCELLED', name))] : [];
  const late = Number.isFinite(deadlineAt) ? [expired(name, deadlineAt, done)] : [];
  return [...cancelled, ...late, aborted(closing, done, () => closed(name))];
}

function aborted(signal: AbortSignal, done: AbortSignal, failure: () => WorkerFailure): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(failure());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true, signal: done });
  });
  promise.catch(() => undefined);
  return promise;
}

function expired(name: string, deadlineAt: number, done: AbortSignal): Promise<never> {
  const late = new Promise<never>((_resolve, reject) => {
    const callOff = after(deadlineAt - performance.now(), () => reject(givenUp('DEADLINE', name)));
    done.addEventListener('abort', callOff, { once: true });
  });
  late.catch(() => undefined); // the race may be over
  return late;
}

/** The failure of what is asked of a client that was closed. */
export const closed = (name: string): WorkerFailure =>
  new WorkerFailure('UNAVAILABLE', `Cannot run '${name}': the worker was closed, a new one is needed`);
