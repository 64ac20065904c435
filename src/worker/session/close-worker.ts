import { setTimeout } from 'node:timers/promises';
import type { WorkerProcess } from '../links/local/process.ts';

const PATIENCE_MS = 2000;

/** Asks a worker to end, then hangs up, then forces it: its own process gives nothing on SIGTERM. */
export async function closeWorker(
  process: WorkerProcess,
  shutdown: () => Promise<void>,
  ended: Promise<unknown>,
  drainMs: number,
): Promise<void> {
  await shutdown().catch(() => undefined); // it may be gone already
  if (await endsWithin(ended, drainMs + PATIENCE_MS)) return;
  process.hangUp();
  if (await endsWithin(ended, PATIENCE_MS)) return;
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
