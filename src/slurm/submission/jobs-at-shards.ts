import type { Survey } from '../campaign/survey.ts';
import { isAliveInQueue } from '../site/queue.ts';

/** Ids of the jobs in the queue that are there for shards, each once: a merge waits for their ends. */
export function jobsAtShards({ units }: Pick<Survey, 'units'>): string[] {
  const jobs = units.flatMap(({ unit, queued, state }) =>
    unit.kind === 'shard' && state !== 'done' && queued !== null && isAliveInQueue(queued) ? [queued.job] : [],
  );
  return [...new Set(jobs)];
}
