import { callSlurm } from './call-slurm.ts';

/** A job, or an element of an array, in the queue. */
export interface QueuedJob {
  /** Id of the job; for an array, that of the whole array. */
  readonly job: string;
  /** Index in the array; null for a job outside an array. */
  readonly index: number | null;
  /** PENDING, RUNNING, COMPLETING, TIMEOUT, … */
  readonly state: string;
  /** Why it waits, or how it ended: BeginTime, Priority, DependencyNeverSatisfied, … */
  readonly reason: string;
  readonly nodes: string;
  readonly comment: string;
}

const FORMAT = '%F|%K|%T|%r|%N|%k';

/** Elements of one campaign, by one query. @throws BalpmError (environment): then the state of all is unknown. */
export async function readQueue(jobName: string, signal?: AbortSignal): Promise<QueuedJob[]> {
  const args = ['-h', '-r', '-a', '-t', 'all', '-n', jobName, '-o', FORMAT];
  const { stdout } = await callSlurm('squeue', args, { act: `ask for the jobs '${jobName}'`, signal });
  return parseQueue(stdout);
}

/** Parses lines of `squeue -o '%F|%K|%T|%r|%N|%k'`; skips other lines, such as a banner. */
export function parseQueue(text: string): QueuedJob[] {
  return text.split('\n').flatMap((line) => {
    const [job, index, state, reason, nodes, ...comment] = line.trim().split('|');
    if (job === undefined || !/^\d+$/.test(job) || state === undefined || state === '') return [];
    const isElement = index !== undefined && /^\d+$/.test(index);
    return [
      {
        job,
        index: isElement ? Number(index) : null,
        state,
        reason: reason ?? '',
        nodes: nodes ?? '',
        comment: comment.join('|'),
      },
    ];
  });
}

const OVER = new Set(
  'BOOT_FAIL CANCELLED COMPLETED DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PREEMPTED REVOKED TIMEOUT'.split(' '),
);

/** Whether a job in this state never comes back by itself. */
export const isOver = (state: string): boolean => OVER.has(state);

/** Whether the scheduler still has to act on it. */
export const isAliveInQueue = ({ state }: QueuedJob): boolean => !isOver(state);
