import { hostname } from 'node:os';
import { messageOf } from '../../base/errors.ts';
import { callSlurm } from '../site/call-slurm.ts';
import { type JobShape, warnSecondsOf } from '../site/profile.ts';

/** The job of this process, from the variables that Slurm sets; `none` in a shell without Slurm. */
export interface JobPlace {
  /** Slurm's name of it: 123, or 123_4 for one element of an array; `none` without Slurm. */
  readonly job: string;
  readonly restart: number;
  readonly host: string;
  /** Unix seconds of its time limit; null if Slurm does not provide it. */
  readonly endSeconds: number | null;
}

/** The job of this process. SLURM_JOB_ID is not used for an element: that of the last element names the whole array. */
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
 * Puts this job back into the queue; Slurm ends it within milliseconds. Succeeds if Slurm has already requeued it.
 * @throws BalpmError (environment) if that is not allowed.
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

/** Why Slurm warns: the time limit is near, or the job is preempted. `begunSeconds` is when the process began. */
export function reasonOfWarning(
  { endSeconds }: JobPlace,
  job: JobShape,
  begunSeconds: number,
): 'timeout' | 'preempted' {
  const end = endSeconds ?? begunSeconds + 60 * job.minutes;
  return Date.now() / 1000 >= end - warnSecondsOf(job) - EARLY_SECONDS - 5 ? 'timeout' : 'preempted';
}
