import { after } from './after.ts';
import { defer } from './deferred.ts';

/** What ends a wait early, an abort or a time limit in milliseconds, and the failure it then ends in. */
export type Stop = { readonly failure: () => Error } & (
  | { readonly signal: AbortSignal }
  | { readonly afterMs: number }
);

/** What is awaited, unless a stop comes first. @throws the failure of that stop. */
export async function unless<T>(awaited: Promise<T>, ...stops: readonly Stop[]): Promise<T> {
  const stopped = defer<never>();
  const callOffs = stops.map((stop) => arm(stop, stopped.reject));
  try {
    return await Promise.race([awaited, stopped.promise]);
  } finally {
    for (const callOff of callOffs) callOff();
  }
}

function arm(stop: Stop, reject: (failure: Error) => void): () => void {
  const end = (): void => reject(stop.failure());
  if ('afterMs' in stop) return after(stop.afterMs, end);
  if (stop.signal.aborted) end();
  stop.signal.addEventListener('abort', end, { once: true });
  return () => stop.signal.removeEventListener('abort', end);
}
