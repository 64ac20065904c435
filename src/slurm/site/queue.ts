import { callSlurm } from './call-slurm.ts';

/** A job, or an element of an array, as the scheduler has it. */
export interface QueuedJob {
  /** Id of the job; of an array, of the whole. */
  readonly job: string;
  /** Index in the array; null for a job that is none. */
  readonly index: number | null;
  /** PENDING, RUNNING, COMPLETING, TIMEOUT, … */
  readonly state: string;
  /** Why it waits, or how it ended: BeginTime, Priority, DependencyNeverSatisfied, … */
  readonly reason: string;
  readonly nodes: string;
  readonly comment: string;
}

const FORMAT = '%F|%K|%T|%r|%N|%k';

/** Elements of one campaign, by one question. @throws BalpmError (environment): then nothing is known of any of them. */
export async function readQueue(jobName: string, signal?: AbortSignal): Promise<QueuedJob[]> {
  const args = ['-h', '-r', '-a', '-t', 'all', '-n', jobName, '-o', FORMAT];
  const { stdout } = await callSlurm('squeue', args, { act: `ask for the jobs '${jobName}'`, signal });
  return parseQueue(stdout);
}

/** Lines of `squeue -o '%F|%K|%T|%r|%N|%k'`; a line that is none of them (a banner) is passed over. */
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

/** Whether a job of this state never comes back by itself. */
export const isOver = (state: string): boolean => OVER.has(state);

/** Whether the scheduler still has something to do with it. */
export const isAliveInQueue = ({ state }: QueuedJob): boolean => !isOver(state);
