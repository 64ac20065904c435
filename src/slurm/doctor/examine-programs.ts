import { messageOf } from '../../base/errors.ts';
import type { Finding } from '../../doctor/finding.ts';
import { callSlurm } from '../site/call-slurm.ts';

const NEEDED = ['sbatch', 'squeue', 'scancel', 'scontrol'];

/** The commands of Slurm and their versions; only sacct may be missing. */
export async function examinePrograms(signal: AbortSignal): Promise<Finding[]> {
  const needed = await Promise.all(NEEDED.map((program) => examine(program, signal)));
  const sacct = await examine('sacct', signal);
  return [...needed, sacct.state === 'missing' ? { ...sacct, state: 'warning', advice: NO_SACCT } : sacct];
}

const NO_SACCT = 'the reason for a lost job will be unknown; leave `accounting: false` in the profile';

async function examine(program: string, signal: AbortSignal): Promise<Finding> {
  try {
    const { stdout } = await callSlurm(program, ['-V'], { act: `ask ${program} for its version`, signal });
    return { what: program, state: 'fine', found: stdout.trim().split('\n').at(-1) ?? '', advice: '' };
  } catch (error) {
    if (signal.aborted) throw error;
    return {
      what: program,
      state: 'missing',
      found: messageOf(error),
      advice: 'without it nothing can be submitted or watched',
    };
  }
}
