import type { Command } from 'commander';
import { readCampaign } from '../../slurm/campaign/campaign.ts';
import { currentJob } from '../../slurm/job/job-place.ts';
import { runJob } from '../../slurm/job/run-job.ts';
import { jobOf, readSubmission } from '../../slurm/submission/submission.ts';
import type { CommandIo } from '../command.ts';
import { createExtractProgress } from '../features/extract-progress.ts';
import { wholeNumber } from '../options/whole-number.ts';

interface TaskFlags {
  readonly submission: string;
  readonly chunk: number;
  readonly task: number;
}

/** `balpm slurm task`: started by a batch script. */
export function registerTask(parent: Command, io: CommandIo): void {
  parent
    .command('task', { hidden: true })
    .description('work on one job of a submission (called by batch scripts)')
    .argument('<dir>', 'campaign')
    .requiredOption('--submission <number>', 'number of the submission')
    .requiredOption('--chunk <n>', 'script of that submission', wholeNumber(0))
    .requiredOption('--task <n>', 'job of that script', wholeNumber(0))
    .action(async (root: string, { submission: number, chunk, task }: TaskFlags) => {
      const campaign = await readCampaign(root);
      const submission = await readSubmission(campaign.paths, number);
      const job = jobOf(submission, chunk, task);
      const progress = createExtractProgress(io.note);
      const exitStatus = await runJob({
        campaign,
        submission,
        chunk,
        task,
        ...job,
        place: currentJob(process.env),
        signals: { signal: io.signal, reason: io.stopReason, terminated: io.terminated },
        note: io.note,
        observe: progress.observe,
      }).finally(progress.close);
      io.exitWith(exitStatus);
    });
}
