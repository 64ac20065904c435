import type { Command } from 'commander';
import { requireOptions } from './require-options.ts';
import { wholeNumber } from './whole-number.ts';

/** Directory runs are looked for in. */
export const RUNS_DIRECTORY = 'runs';

/** Gives a command the argument that names one run. */
export const withRun = (command: Command): Command =>
  command
    .argument('<run>', 'run directory, or id below --dir')
    .option('--dir <dir>', 'directory of runs', RUNS_DIRECTORY);

/** The option for one JSON document instead of text. */
export const withJson = (command: Command): Command => command.option('--json', 'print one JSON document');

/** The option that lets code run which a directory from elsewhere names. */
export const withTrust = (command: Command): Command =>
  command.option(
    '--trust',
    'run the code that the directory names, with your rights, though you did not start the run here',
  );

/** The option that names one batch of the run. */
export const withRound = (command: Command): Command =>
  command
    .option('--round <n>', 'round that acquired the batch, as in acquired.jsonl (from 1)', wholeNumber(0))
    .hook('preAction', requireOptions('--round <n>'));
