import type { QueuedJob } from '../site/queue.ts';
import { commentOf, type Submission } from '../submission/submission.ts';
import type { Campaign } from './campaign.ts';

/** Gives the ids of the units of a queued job, by its comment or its id; none for an unknown job. */
export function unitsOfJobs(
  { manifest }: Pick<Campaign, 'manifest'>,
  submissions: readonly Submission[],
): (job: QueuedJob) => readonly string[] {
  const known = new Map<string, readonly (readonly string[])[]>();
  for (const { plan, receipt } of submissions)
    for (const [chunk, { tasks }] of plan.chunks.entries()) {
      known.set(commentOf(manifest.id, plan.number, chunk), tasks);
      const job = receipt.jobs[chunk];
      if (job) known.set(job, tasks);
    }
  return ({ job, index, comment }) => (known.get(comment) ?? known.get(job))?.[index ?? 0] ?? [];
}
