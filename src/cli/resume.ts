import type { Command } from 'commander';
import { resumeExperiment } from '../experiment/run-experiment.ts';
import type { CommandIo } from './command.ts';
import { withTrust } from './options/run-flags.ts';
import { withExamples } from './options/with-examples.ts';
import { executeRun } from './run/execute-run.ts';

interface ResumeFlags {
  readonly dir: string;
  readonly trust?: boolean;
  readonly takeOver?: boolean;
  readonly json?: boolean;
}

/** `balpm resume` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm resume runs/first', 'balpm resume first --json']);
  withTrust(command)
    .argument('<run>', 'run directory, or id below --dir')
    .option('--dir <dir>', 'directory of runs', 'runs')
    .option(
      '--take-over',
      'go on although an earlier version’s lock of another host or container is there, whose process has ended',
    )
    .option('--json', 'end with one JSON document')
    .action((run: string, { dir, trust = false, takeOver = false, json = false }: ResumeFlags) =>
      executeRun((listeners) => resumeExperiment(run, { runsDir: dir, trust, takeOver, ...listeners }), { json }, io),
    );
}
