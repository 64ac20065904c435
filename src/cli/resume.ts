import type { Command } from 'commander';
import { resumeExperiment } from '../loop/run-experiment.ts';
import type { CommandIo } from './command.ts';
import { executeRun } from './execute-run.ts';
import { withExamples } from './with-examples.ts';

/** `balpm resume` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm resume runs/first', 'balpm resume first --json']);
  command
    .argument('<run>', 'run directory, or id below --dir')
    .option('--dir <dir>', 'directory of runs', 'runs')
    .option('--json', 'end with one JSON document')
    .action((run: string, options: { dir: string; json?: boolean }) =>
      executeRun(
        (listeners) => resumeExperiment(run, { runsDir: options.dir, ...listeners }),
        { json: options.json ?? false },
        io,
      ),
    );
}
