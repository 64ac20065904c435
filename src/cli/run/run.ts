import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describeMethod } from '../../config/describe-method.ts';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import type { CostEstimate } from '../../experiment/cost/estimate-cost.ts';
import { planRun } from '../../experiment/planning/plan.ts';
import { runExperiment } from '../../experiment/run-experiment.ts';
import { chooseRunId } from '../../ledger/run-id.ts';
import { openSettings } from '../../posterior/open-settings.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { withExamples } from '../options/with-examples.ts';
import { type PresetFlags, withPreset } from '../options/with-preset.ts';
import { estimateBy, type RatesFlags, withRates } from '../options/with-rates.ts';
import { showPath } from '../terminal/show-path.ts';
import { executeRun } from './execute-run.ts';
import { printPlan } from './print-plan.ts';

interface RunOptions extends RatesFlags, PresetFlags {
  readonly config: string;
  readonly id?: string;
  readonly orResume?: boolean;
  readonly json?: boolean;
}

/** `balpm run` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm run -c configs/quickstart.yaml acquisition.policy=random seed=17',
    'balpm run -c exp.yaml --id first --or-resume --json',
    'balpm run -c exp.yaml --preset paper --dry-run',
  ]);
  withPreset(withRates(command))
    .option('-c, --config <file>', 'configuration (YAML)')
    .hook('preAction', requireOptions('-c, --config <file>'))
    .argument('[key=value...]', 'overrides; ~key goes back to the default')
    .option('--id <id>', 'name of the run; an existing one is refused')
    .option('--or-resume', 'go on with the run when the id exists')
    .option('--dry-run', 'print the plan and its cost, after a short trial of its posterior; start no run')
    .option('--json', 'end with one JSON document')
    .action((overrides: string[], options: RunOptions) => run(overrides, options, io));
}

async function run(overrides: readonly string[], options: RunOptions, io: CommandIo): Promise<void> {
  const loaded = await loadConfig(options.config, overrides, options.preset);
  const id = chooseRunId(options.id, loaded.config);
  const { orResume = false, dryRun, json = false } = options;
  if (dryRun) await plan(loaded, id, options, io);
  else await executeRun((listeners) => runExperiment({ config: loaded, id, orResume, ...listeners }), { json }, io);
}

async function plan(loaded: LoadedConfig, id: string, options: RunOptions, io: CommandIo): Promise<void> {
  const { config, choice } = loaded;
  const root = join(config.output.dir, id);
  if (existsSync(root)) io.note(`'${showPath(root)}' exists: without --or-resume this run would be refused`);
  const planned = await planRun(config, root);
  const [estimate] = await estimateBy(options, [{ config, plan: planned }], io);
  const { secondsFromEarlierRuns } = planned;
  const byPeople = config.oracle.type === 'file';
  printPlan(
    {
      ...planned,
      method: describeMethod(config, choice),
      preset: choice.preset,
      isSettled: openSettings(config.posterior).length > 0,
    },
    { secondsFromEarlierRuns, estimate: estimate as CostEstimate, byPeople },
    options.json ?? false,
    io,
  );
}
