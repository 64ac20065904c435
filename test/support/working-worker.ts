import { existsSync, readFileSync } from 'node:fs';

/** Number of the process of the worker that joined a run as its `count`-th, by the log of that run; undefined before. */
export function joinedWorker(workerLog: string, count: number): number | undefined {
  if (!existsSync(workerLog)) return undefined;
  const joined = [...readFileSync(workerLog, 'utf8').matchAll(/ \(pid (\d+)\) joined$/gm)];
  const pid = joined[count - 1]?.[1];
  return pid === undefined ? undefined : Number(pid);
}
