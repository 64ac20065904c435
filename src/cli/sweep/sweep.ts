import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { BalpmError, EXIT_STATUS } from '../../base/errors.ts';
import { hashOf } from '../../base/text/canonical-json.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { experimentIdentity } from '../../config/identity.ts';
import { loadSweep, type SweepCell } from '../../config/sweep.ts';
import type { CellOutcome } from '../../experiment/lane.ts';
import { openCells } from '../../experiment/open-cells.ts';
import type { OpenedRun } from '../../experiment/open-run.ts';
import { planRuns } from '../../experiment/planning/plan.ts';
import { runCells } from '../../experiment/run-cells.ts';
import { parseRunId } from '../../ledger/run-id.ts';
import { inputsKey } from '../../loop/problem/inputs.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { type PresetFlags, withPreset } from '../options/with-preset.ts';
import { estimateBy, type RatesFlags, withRates } from '../options/with-rates.ts';
import { showPath } from '../terminal/show-path.ts';
import { printSweepPlan } from './print-sweep-plan.ts';
import { createSweepProgress } from './sweep-progress.ts';

interface SweepOptions extends RatesFlags, PresetFlags {
  readonly config: string;
  readonly id?: string;
  readonly jobs?: number;
  readonly json?: boolean;
}

/** More workers than any machine holds. */
const MOST_JOBS = 1024;

/** `balpm sweep` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm sweep -c exp.yaml acquisition.policy=random,batch-entropy seed=1..5 --jobs 2',
    'balpm sweep -c configs/quickstart.yaml --dry-run',
  ]);
  withPreset(withRates(command))
    .option('-c, --config <file>', 'configuration (YAML); its `sweep` section is the default grid')
    .hook('preAction', requireOptions('-c, --config <file>'))
    .argument('[key=values...]', 'key=a,b,c or key=1..5 to sweep, key=value to fix')
    .option('--id <id>', 'directory of the sweep below output.dir (default: the configuration’s name)')
    .option('--jobs <n>', 'runs at the same time, one worker each', wholeNumber(1, MOST_JOBS))
    .option('--dry-run', 'print the runs, their labels and cost, after a short trial of each posterior; start no run')
    .option('--json', 'end with one JSON document')
    .action((args: string[], options: SweepOptions) => sweep(args, options, io));
}

/** Equal for equal experiments on equal places of data. */
const identify = (config: ExperimentConfig): string =>
  hashOf({ inputs: inputsKey(config), ...experimentIdentity(config) });

async function sweep(args: readonly string[], options: SweepOptions, io: CommandIo): Promise<void> {
  const cells = await loadSweep(options.config, args, identify, options.preset);
  const { config } = (cells[0] as SweepCell).loaded;
  const root = join(config.output.dir, parseRunId(options.id ?? config.name));
  if (options.dryRun) {
    await planSweep(cells, root, options, io);
    return;
  }
  const runs = await openCells(cells, root);
  const jobs = options.jobs ?? defaultJobs(config.worker.device, config.worker.threads);
  conclude(root, await runAll(runs, { jobs, root }, io), options.json ?? false, io);
}

async function planSweep(
  cells: readonly SweepCell[],
  root: string,
  options: SweepOptions,
  io: CommandIo,
): Promise<void> {
  const runs = cells.map(({ id, loaded }) => ({ config: loaded.config, root: join(root, id) }));
  const plans = await planRuns(runs);
  const planned = plans.map((plan, index) => ({ plan, config: (runs[index] as (typeof runs)[number]).config }));
  const estimates = await estimateBy(options, planned, io);
  const byPeople = runs.some(({ config }) => config.oracle.type === 'file');
  const { preset } = (cells[0] as SweepCell).loaded.choice;
  printSweepPlan(root, { plans, estimates, byPeople, preset }, options.json ?? false, io);
}

async function runAll(
  runs: readonly OpenedRun[],
  place: { readonly jobs: number; readonly root: string },
  io: CommandIo,
): Promise<CellOutcome[]> {
  const { observe, finished, note, close } = createSweepProgress(runs, io);
  try {
    return await runCells({ runs, ...place, signal: io.signal, observe, finished, note });
  } finally {
    close();
  }
}

/** One job a core and thread on the CPU; one in all on a GPU. */
function defaultJobs(device: string, threads: number): number {
  return device.startsWith('cuda') ? 1 : Math.max(1, Math.floor(availableParallelism() / threads));
}

function conclude(root: string, outcomes: readonly CellOutcome[], json: boolean, io: CommandIo): void {
  if (json)
    io.printDocument({
      sweep: showPath(root),
      cells: outcomes.map(({ id, status }) => ({ run: showPath(join(root, id)), status })),
    });
  else io.print(showPath(root));
  const failed = outcomes.find((outcome) => outcome.status === 'failed');
  if (failed?.error) throw failed.error;
  if (outcomes.some(({ status }) => status === 'stopped')) {
    throw new BalpmError(
      'stopped',
      `Cannot finish sweep '${showPath(root)}' now: it was stopped, the same command again is needed to go on`,
    );
  }
  if (outcomes.some(({ status }) => status === 'waiting')) io.exitWith(EXIT_STATUS.waiting);
}
