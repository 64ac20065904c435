import { availableParallelism } from 'node:os';
import { MOST_THREADS } from '../worker/most-threads.ts';

/** Cores that a job was given, as Slurm says (SLURM_CPUS_PER_TASK); without Slurm those of this machine. */
export function coresOfJob({ SLURM_CPUS_PER_TASK }: NodeJS.ProcessEnv): number {
  const given = Number(SLURM_CPUS_PER_TASK);
  return Math.min(MOST_THREADS, Number.isInteger(given) && given > 0 ? given : availableParallelism());
}
