import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { armName } from '../config/arm.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { createRunDirectory, refuseExisting } from '../ledger/run-directory.ts';
import { parseRunId } from '../ledger/run-id.ts';
import { loadInputs } from '../loop/inputs.ts';
import { findEarlierRun, type OpenedRun } from '../loop/open-run.ts';
import { planRun } from '../loop/plan.ts';
import { prepareProblem } from '../loop/problem.ts';
import type { CommandIo } from './command.ts';
import { executeRun } from './execute-run.ts';
import { printPlan } from './print-plan.ts';
import { requireOptions } from './require-options.ts';
import { showPath } from './show-path.ts';
import { withExamples } from './with-examples.ts';

interface RunOptions {
  readonly config: string;
  readonly id?: string;
  readonly orResume?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `balpm run` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm run -c configs/quickstart.yaml acquisition.policy=random seed=17',
    'balpm run -c exp.yaml --id first --or-resume --json',
  ]);
  command
    .option('-c, --config <file>', 'configuration (YAML)')
    .hook('preAction', requireOptions('-c, --config <file>'))
    .argument('[key=value...]', 'overrides; ~key goes back to the default')
    .option('--id <id>', 'name of the run; an existing one is refused')
    .option('--or-resume', 'go on with the run when the id exists')
    .option('--dry-run', 'print the plan and its cost, start nothing')
    .option('--json', 'end with one JSON document')
    .action((overrides: string[], options: RunOptions) => run(overrides, options, io));
}

async function run(overrides: readonly string[], options: RunOptions, io: CommandIo): Promise<void> {
  const loaded = await loadConfig(options.config, overrides);
  const root = join(loaded.config.output.dir, chooseId(options.id, loaded));
  if (options.dryRun) {
    if (existsSync(root)) io.note(`'${showPath(root)}' exists: without --or-resume this run would be refused`);
    printPlan(await planRun(loaded.config, root), options.json ?? false, io);
    return;
  }
  const { paths, isNew } = await openRun(root, loaded, options.orResume ?? false);
  await executeRun(paths, { json: options.json ?? false, isNew }, io);
}

/** A new run directory, or with `orResume` the one that is there; made only once settings and data fit together. */
async function openRun(root: string, loaded: LoadedConfig, orResume: boolean): Promise<OpenedRun> {
  if (existsSync(root) && !orResume) refuseExisting(root);
  const { config } = loaded;
  const problem = prepareProblem({ config, ...(await loadInputs(config)) });
  const earlier = await findEarlierRun(root, config, problem);
  return earlier ?? { paths: await createRunDirectory(root, loaded), isDone: false, isNew: true };
}

/** The given id, or time, name, arm, seed and a few random characters, so that two starts never meet. */
function chooseId(given: string | undefined, { config }: LoadedConfig): string {
  if (given !== undefined) return parseRunId(given);
  const time = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${time}-${config.name}-${armName(config)}-s${config.seed}-${randomUUID().slice(0, 4)}`;
}
