import type { Survey } from '../campaign/survey.ts';
import { isAliveInQueue } from '../site/queue.ts';

/** Distinct ids of the queued jobs that work on shards: a merge waits for their ends. */
export function jobsAtShards({ units }: Pick<Survey, 'units'>): string[] {
  const jobs = units.flatMap(({ unit, queued, state }) =>
    unit.kind === 'shard' && state !== 'done' && queued !== null && isAliveInQueue(queued) ? [queued.job] : [],
  );
  return [...new Set(jobs)];
}
