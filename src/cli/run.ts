import { join } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../base/errors.ts';
import { armName } from '../config/arm.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { createRunDirectory, isRunDirectory, runPaths } from '../ledger/run-directory.ts';
import { planRun } from '../loop/plan.ts';
import type { CommandIo } from './command.ts';
import { executeRun } from './execute-run.ts';
import { printPlan } from './print-plan.ts';

interface RunOptions {
  readonly config: string;
  readonly id?: string;
  readonly orResume?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/;

/** `balpm run` */
export function register(command: Command, io: CommandIo): void {
  command
    .requiredOption('-c, --config <file>', 'configuration (YAML)')
    .argument('[key=value...]', 'overrides; ~key goes back to the default')
    .option('--id <id>', 'name of the run; an existing one is refused')
    .option('--or-resume', 'go on with the run when the id exists')
    .option('--dry-run', 'print the plan and its cost, start nothing')
    .option('--json', 'end with one JSON document')
    .addHelpText(
      'before',
      'Examples:\n  balpm run -c configs/quickstart.yaml acquisition.policy=random seed=17\n  balpm run -c exp.yaml --id first --or-resume --json\n',
    )
    .action((overrides: string[], options: RunOptions) => run(overrides, options, io));
}

async function run(overrides: readonly string[], options: RunOptions, io: CommandIo): Promise<void> {
  const loaded = await loadConfig(options.config, overrides);
  const id = chooseId(options.id, loaded);
  const root = join(loaded.config.output.dir, id);
  if (options.dryRun) {
    printPlan(await planRun(loaded.config, root), options.json ?? false, io);
    return;
  }
  const exists = isRunDirectory(root);
  if (exists && !options.orResume) {
    throw usageError(`Cannot start run '${id}': '${root}' exists, a new id (or --or-resume) is needed`);
  }
  const paths = exists ? runPaths(root) : createRunDirectory(root, loaded);
  await executeRun(paths, { json: options.json ?? false }, io);
}

/** The given id, or name, arm, seed and time, which is unique enough to be told apart by a person. */
function chooseId(given: string | undefined, { config }: LoadedConfig): string {
  if (given === undefined) {
    const time = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');
    return `${time}-${config.name}-${armName(config)}-s${config.seed}`;
  }
  if (ID_PATTERN.test(given)) return given;
  throw usageError(
    `Cannot name run '${given}': the id has characters that no path should have, letters, digits, dot, dash and underscore are needed`,
  );
}
