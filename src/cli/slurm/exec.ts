import type { Command } from 'commander';
import { BalpmError, usageError } from '../../base/errors.ts';
import { currentJob, type JobPlace } from '../../slurm/job/job-place.ts';
import { createRequeue } from '../../slurm/job/requeue.ts';
import type { CommandIo } from '../command.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { runCommandLine } from '../run-command-line.ts';

interface ExecFlags {
  readonly restarts: number;
}

/** `balpm slurm exec`: for batch scripts that somebody wrote by hand. */
export function registerExec(parent: Command, io: CommandIo): void {
  withExamples(parent.command('exec'), [
    'balpm slurm exec -- run -c exp.yaml --id first --or-resume',
    'balpm slurm exec -- features extract datasets/tldr --model org/model --shard "$SLURM_ARRAY_TASK_ID/16" --out shards/7b',
  ])
    .description(
      'run a command of balpm as the last line (exec balpm …) of a batch script of your own, with #SBATCH --requeue --open-mode=append --signal=B:USR2@120: warned, the job begins again',
    )
    .argument('<command...>', 'after --: a command that goes on where it was stopped, with its options')
    .option('--restarts <n>', 'how often the job may begin again', wholeNumber(0), 100)
    .action((words: string[], { restarts }: ExecFlags) => runInJob(words, restarts, io));
}

/** A command that is done, or failed, when the warning comes leaves the job to its end. */
async function runInJob(words: readonly string[], restarts: number, io: CommandIo): Promise<void> {
  if (words[0] === 'slurm')
    throw usageError("Cannot run 'slurm' in a job by `slurm exec`: give a command that computes");
  const place = currentJob(process.env);
  const { signal, stopReason, terminated } = io;
  const requeue = createRequeue(place, () => place.restart < restarts, { signal, reason: stopReason, terminated });
  try {
    await runCommandLine(words, io, outputOf(io));
  } catch (error) {
    if (!isStop(error) || stopReason() !== 'SIGUSR2') throw error;
    const refused = place.restart < restarts ? await requeue.ask() : describeCap(place, restarts);
    if (refused === null) {
      io.note(`${place.job} is back in the queue`);
      await requeue.untilEnded();
    } else io.note(`handing the script in again goes on; the job itself cannot: ${refused}`);
    throw error;
  }
}

/** What commander itself says of that command. */
const outputOf = ({ printText, note }: CommandIo) => ({
  writeOut: (text: string) => printText(text.trimEnd()),
  outputError: (text: string) => note(text.trimEnd()),
});

const isStop = (error: unknown): boolean => error instanceof BalpmError && error.kind === 'stopped';

const describeCap = ({ restart }: JobPlace, restarts: number): string =>
  `it has begun again ${restart} times, --restarts is ${restarts}`;
