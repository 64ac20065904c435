import { hostname } from 'node:os';
import { messageOf } from '../../base/errors.ts';
import { callSlurm } from '../site/call-slurm.ts';
import { type JobShape, warnSecondsOf } from '../site/profile.ts';

/** The job that this process is, by the variables that Slurm set; a shell without Slurm is `none`. */
export interface JobPlace {
  /** As Slurm's commands name it: 123, or 123_4 for one element of an array; `none` without Slurm. */
  readonly job: string;
  readonly restart: number;
  readonly host: string;
  /** Unix seconds at which its time is over; null where Slurm does not say so. */
  readonly endSeconds: number | null;
}

/** Where this process runs. An element is never named by SLURM_JOB_ID: that of the last one names the whole array. */
export function currentJob(environment: NodeJS.ProcessEnv): JobPlace {
  const { SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_JOB_ID, SLURM_RESTART_COUNT, SLURM_JOB_END_TIME } =
    environment;
  const isElement = SLURM_ARRAY_JOB_ID !== undefined && SLURM_ARRAY_TASK_ID !== undefined;
  return {
    job: isElement ? `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}` : (SLURM_JOB_ID ?? 'none'),
    restart: Number(SLURM_RESTART_COUNT ?? 0),
    host: environment['SLURMD_NODENAME'] ?? hostname(),
    endSeconds: SLURM_JOB_END_TIME === undefined ? null : Number(SLURM_JOB_END_TIME),
  };
}

/**
 * Puts this job back into the queue; Slurm ends it within milliseconds. One that Slurm has put back itself counts as well.
 * @throws BalpmError (environment) where it may not.
 */
export async function requeueSelf({ job }: JobPlace): Promise<void> {
  try {
    await callSlurm('scontrol', ['requeue', job], { act: `put job ${job} back into the queue` });
  } catch (error) {
    if (!messageOf(error).includes('pending execution')) throw error;
  }
}

/** Slurm warns up to a minute early. */
const EARLY_SECONDS = 60;

/** Why Slurm warns: the time is nearly over, or somebody else gets the node. `begunSeconds` is when the process began. */
export function reasonOfWarning(
  { endSeconds }: JobPlace,
  job: JobShape,
  begunSeconds: number,
): 'timeout' | 'preempted' {
  const end = endSeconds ?? begunSeconds + 60 * job.minutes;
  return Date.now() / 1000 >= end - warnSecondsOf(job) - EARLY_SECONDS - 5 ? 'timeout' : 'preempted';
}
