import { resolve } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../../base/errors.ts';
import { readProfile } from '../../slurm/site/read-profile.ts';
import { arrayLimit, readSiteSettings, USUAL_ARRAY_LIMIT } from '../../slurm/site/site-limits.ts';
import { planWorkers, type WorkersRequest, workerSubmissions } from '../../slurm/submission/plan-workers.ts';
import { checkSbatchOptions } from '../../slurm/submission/sbatch-options.ts';
import { shellWord } from '../../slurm/submission/shell-word.ts';
import { startCommand } from '../../slurm/submission/start-command.ts';
import { nextWorkerSubmission, submitWorkers } from '../../slurm/submission/submit-workers.ts';
import { MOST_THREADS } from '../../worker/most-threads.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { showPath } from '../terminal/show-path.ts';

interface WorkersFlags {
  readonly count: number;
  readonly rendezvous: string;
  readonly profile?: string;
  readonly job: readonly string[];
  readonly device?: string;
  readonly threads?: number;
  readonly idleMinutes?: number;
  readonly dryRun?: boolean;
  readonly check: boolean;
  readonly json?: boolean;
}

/** `balpm slurm workers` */
export function registerWorkers(parent: Command, io: CommandIo): void {
  withExamples(parent.command('workers'), [
    'balpm slurm workers --count 2 --rendezvous runs/meet --profile gpu.yaml --job minutes=720',
    'balpm slurm workers --count 2 --rendezvous runs/meet --dry-run',
    'balpm run -c exp.yaml --id first worker.listen=ib0 worker.rendezvous=runs/meet',
  ])
    .description('start workers as jobs for a run that listens (worker.rendezvous); all but one are spares')
    .argument('[options...]', 'after --: options of sbatch')
    .option('--count <n>', 'number of jobs, one worker each', wholeNumber(1))
    .option('--rendezvous <dir>', 'directory of mode 0700 that run and jobs see; created if it does not exist')
    .hook('preAction', requireOptions('--count <n>', '--rendezvous <dir>'))
    .option('--profile <file>', 'profile of this cluster (default: slurm.yaml, or that of ~/.config/balpm)')
    .option('--job <key=value>', 'a key of the profile’s job, such as minutes=720; repeatable', collect, [])
    .option('--device <name>', 'auto, cpu, cuda, … (default: as the run requests)')
    .option('--threads <n>', 'CPU threads (default: as the run requests)', wholeNumber(1, MOST_THREADS))
    .option('--idle-minutes <n>', 'minutes without a run after which a worker ends (default: 60)', wholeNumber(1))
    .option('--dry-run', 'print the script and the call of sbatch; do not call Slurm, write nothing')
    .option('--no-check', 'do not test the script with sbatch first')
    .option('--json', 'end with one JSON document')
    .action((words: string[], flags: WorkersFlags) => startWorkers(words, flags, io));
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

async function startWorkers(options: readonly string[], flags: WorkersFlags, io: CommandIo): Promise<void> {
  const { profile } = await readProfile(flags.profile, flags.job);
  if (flags.job.some((text) => text.startsWith('tasksPerJob=')))
    throw usageError(
      'Cannot start workers: job.tasksPerJob applies to cells only; omit it, because each job is one worker',
    );
  const request = {
    rendezvous: resolve(flags.rendezvous),
    count: flags.count,
    profile,
    command: startCommand(profile),
    workerOptions: workerOptionsOf(flags),
    workdir: process.cwd(),
    options: checkSbatchOptions(options),
  };
  if (flags.dryRun) return showScript(request, flags, io);
  const arraySize = profile.maxArraySize ?? arrayLimit(await readSiteSettings(io.signal));
  const { job, script, logs } = await submitWorkers({
    ...request,
    arraySize,
    isChecked: flags.check,
    signal: io.signal,
  });
  io.note(`job ${job}: ${flags.count} workers; logs are in ${showPath(logs)}`);
  const rendezvous = showPath(request.rendezvous);
  io.note(
    `they wait for: balpm run … worker.listen=HOST worker.rendezvous=${shellWord(rendezvous)}; end them with scancel ${job}`,
  );
  if (flags.json) io.printDocument({ job, count: flags.count, rendezvous, script: showPath(script) });
  else io.print(job);
}

const workerOptionsOf = ({ device, threads, idleMinutes }: WorkersFlags): string[] => [
  ...(device === undefined ? [] : ['--device', device]),
  ...(threads === undefined ? [] : ['--threads', String(threads)]),
  ...(idleMinutes === undefined ? [] : ['--idle-minutes', String(idleMinutes)]),
];

function showScript(
  request: Omit<WorkersRequest, 'number' | 'arraySize'>,
  { json }: WorkersFlags,
  io: CommandIo,
): void {
  const number = nextWorkerSubmission(workerSubmissions(request.rendezvous));
  const arraySize = request.profile.maxArraySize ?? USUAL_ARRAY_LIMIT;
  const { path, script, argv } = planWorkers({ ...request, number, arraySize });
  if (json) return io.printDocument({ path: showPath(path), argv: ['sbatch', ...argv], script });
  io.print(`# ${showPath(path)}: ${request.count} workers`);
  io.print(`# ${['sbatch', ...argv].map(shellWord).join(' ')}`);
  io.printText(script);
}
