import { environmentError, messageOf } from '../../base/errors.ts';
import { readAccounting } from '../site/accounting.ts';
import { callSlurm } from '../site/call-slurm.ts';
import type { SlurmProfile } from '../site/profile.ts';
import { isOver } from '../site/queue.ts';

/**
 * Checks that a job (123, or 123_4) has succeeded or still can. Slurm treats `afterok` of a job that it has forgotten as
 * fulfilled, even if that job failed.
 * @throws BalpmError (environment) when it failed, its ending is unknown, or the queue is unavailable.
 */
export async function checkParent(job: string, profile: SlurmProfile, signal: AbortSignal): Promise<void> {
  const queued = await statesInQueue(job, signal);
  const states = queued.length > 0 || !profile.accounting ? queued : await statesInAccounting(job, signal);
  if (states.length === 0)
    throw refused(
      job,
      'Slurm has forgotten that job, and would begin at once however it ended',
      'omit --afterok if the job succeeded, or skip this check with --no-check',
    );
  const bad = states.find((state) => isOver(state) && state !== 'COMPLETED');
  if (bad !== undefined) throw refused(job, `it ended as ${bad}`, 'run it again, then give the new id');
}

async function statesInQueue(job: string, signal: AbortSignal): Promise<string[]> {
  try {
    const args = ['-h', '-r', '-a', '-t', 'all', '-j', job, '-o', 'balpm|%T'];
    const { stdout } = await callSlurm('squeue', args, { act: `ask for job ${job}`, signal });
    return stdout.split('\n').flatMap((line) => /^balpm\|(\w+)$/.exec(line.trim())?.[1] ?? []);
  } catch (error) {
    if (/[Ii]nvalid job id/.test(messageOf(error))) return [];
    throw error;
  }
}

async function statesInAccounting(job: string, signal: AbortSignal): Promise<string[]> {
  const { endings } = await readAccounting([job], signal);
  return [...endings.values()].map(({ state }) => state.split(' ')[0] as string); // `CANCELLED by 1000`
}

const refused = (job: string, found: string, remedy: string) =>
  environmentError(`Cannot submit to begin after job ${job}: ${found}; ${remedy}`);
