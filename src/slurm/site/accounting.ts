import { messageOf } from '../../base/errors.ts';
import { callSlurm } from './call-slurm.ts';

/** Accounting record of a job. */
export interface JobEnding {
  /** COMPLETED, FAILED, NODE_FAIL, OUT_OF_MEMORY, `CANCELLED by 1000`, … */
  readonly state: string;
  /** Exit status and signal, as 1:0. */
  readonly exitCode: string;
}

/** Endings by job (123, or 123_4), or why the accounting was unavailable. */
export interface Accounting {
  readonly endings: ReadonlyMap<string, JobEnding>;
  readonly problem: string | null;
}

/** Does not call sacct if there is no job to query. */
export const NO_ACCOUNTING: Accounting = { endings: new Map(), problem: null };

/** How jobs (ids of arrays, or of jobs) ended, by one call of sacct; throws only when it is aborted. */
export async function readAccounting(jobs: readonly string[], signal?: AbortSignal): Promise<Accounting> {
  if (jobs.length === 0) return NO_ACCOUNTING;
  const args = ['-X', '-P', '-n', '-o', 'JobID,State,ExitCode', '-j', jobs.join(',')];
  try {
    const { stdout } = await callSlurm('sacct', args, { act: 'ask how jobs ended', signal });
    return { endings: parseAccounting(stdout), problem: null };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { endings: new Map(), problem: messageOf(error) };
  }
}

const LINE = /^(\d+(?:_\d+)?)\|([^|]+)\|(\d+:\d+)$/;

/**
 * Parses lines of `sacct -X -P -n -o JobID,State,ExitCode`; skips banners and elements that never began (`123_[4-7]`).
 */
export function parseAccounting(text: string): Map<string, JobEnding> {
  const endings = new Map<string, JobEnding>();
  for (const line of text.split('\n')) {
    const [, job, state, exitCode] = LINE.exec(line.trim()) ?? [];
    if (job !== undefined && state !== undefined && exitCode !== undefined) endings.set(job, { state, exitCode });
  }
  return endings;
}
