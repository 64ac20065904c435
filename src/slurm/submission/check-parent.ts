import { environmentError, messageOf } from '../../base/errors.ts';
import { readAccounting } from '../site/accounting.ts';
import { callSlurm } from '../site/call-slurm.ts';
import type { SlurmProfile } from '../site/profile.ts';
import { isOver } from '../site/queue.ts';

/**
 * Checks that a job (123, or 123_4) can still end well, or has. Slurm takes `afterok` of a job that it has forgotten for
 * fulfilled, also when that job had failed.
 * @throws BalpmError (environment) when it has not ended well, nobody knows how it ended, or the queue cannot be asked.
 */
export async function checkParent(job: string, profile: SlurmProfile, signal: AbortSignal): Promise<void> {
  const queued = await statesInQueue(job, signal);
  const states = queued.length > 0 || !profile.accounting ? queued : await statesInAccounting(job, signal);
  if (states.length === 0)
    throw refused(
      job,
      'Slurm knows it no more, and would begin at once however it ended',
      'leave --afterok out when it has ended well (--no-check does not ask)',
    );
  const bad = states.find((state) => isOver(state) && state !== 'COMPLETED');
  if (bad !== undefined) throw refused(job, `it has ended as ${bad}`, 'run it again, then give the new id');
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
