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

/** `balpm slurm exec`: for batch scripts written by hand. */
export function registerExec(parent: Command, io: CommandIo): void {
  withExamples(parent.command('exec'), [
    'balpm slurm exec -- run -c exp.yaml --id first --or-resume',
    'balpm slurm exec -- features extract datasets/tldr --model org/model --shard "$SLURM_ARRAY_TASK_ID/16" --out shards/7b',
  ])
    .description(
      'run a balpm command as the last line (exec balpm …) of a batch script, with #SBATCH --requeue --open-mode=append --signal=B:USR2@120; when Slurm warns it, the job requeues itself',
    )
    .argument('<command...>', 'after --: a command that can resume, with its options')
    .option('--restarts <n>', 'restarts allowed for the job', wholeNumber(0), 100)
    .action((words: string[], { restarts }: ExecFlags) => runInJob(words, restarts, io));
}

/** If the command finishes or fails despite the warning, the job ends with it. */
async function runInJob(words: readonly string[], restarts: number, io: CommandIo): Promise<void> {
  if (words[0] === 'slurm')
    throw usageError("Cannot run 'slurm' under `slurm exec`: it cannot resume; give a command that can");
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
    } else io.note(`the job cannot requeue itself: ${refused}; submit the script again to continue`);
    throw error;
  }
}

/** Output of commander about that command. */
const outputOf = ({ printText, note }: CommandIo) => ({
  writeOut: (text: string) => printText(text.trimEnd()),
  outputError: (text: string) => note(text.trimEnd()),
});

const isStop = (error: unknown): boolean => error instanceof BalpmError && error.kind === 'stopped';

const describeCap = ({ restart }: JobPlace, restarts: number): string =>
  `it has restarted ${restart} times, and --restarts is ${restarts}`;
