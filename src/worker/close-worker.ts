import { setTimeout } from 'node:timers/promises';
import type { WorkerProcess } from './process.ts';

const TERMINATE_MS = 2000;

/** Asks, then tells, then forces a worker to end. */
export async function closeWorker(
  process: WorkerProcess,
  shutdown: () => Promise<void>,
  ended: Promise<unknown>,
  drainMs: number,
): Promise<void> {
  await shutdown().catch(() => undefined); // it may be gone already
  if (await endsWithin(ended, drainMs + TERMINATE_MS)) return;
  process.signal('SIGTERM');
  if (await endsWithin(ended, TERMINATE_MS)) return;
  process.kill();
  await ended;
}

async function endsWithin(ended: Promise<unknown>, limitMs: number): Promise<boolean> {
  const done = new AbortController();
  const late = setTimeout(limitMs, false, { signal: done.signal }).catch(() => false);
  const result = await Promise.race([ended.then(() => true), late]);
  done.abort();
  return result;
}
