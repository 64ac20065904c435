import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { RunRecord } from '../evaluation/run-record.ts';
import { digestEvents } from '../ledger/digest.ts';
import { readEvents } from '../ledger/event-log.ts';
import { readRunRecord } from '../ledger/read-run-record.ts';
import { findRun } from '../ledger/run-directory.ts';
import type { CommandIo } from './command.ts';
import { type DamagedRun, listRuns } from './list-runs.ts';
import { renderTable } from './render-table.ts';
import { type RunSummary, summariseRecord } from './summarise-record.ts';
import { withExamples } from './with-examples.ts';

interface Options {
  readonly dir: string;
  readonly json?: boolean;
}

const DEFAULT_DIRECTORY = 'runs';

/** `balpm runs ls|show|digest` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm runs ls', 'balpm runs show quickstart/random-s1']);
  registerList(command, io);
  registerShow(command, io);
  registerDigest(command, io);
}

function registerList(command: Command, io: CommandIo): void {
  withExamples(command.command('ls'), ['balpm runs ls', 'balpm runs ls runs/quickstart --json'])
    .description('list the runs of a directory and of the sweeps in it')
    .argument('[dir]', `directory of runs (default: ${DEFAULT_DIRECTORY})`)
    .option('--json', 'print one JSON document')
    .action(async (given: string | undefined, options: { json?: boolean }) => {
      const directory = given ?? DEFAULT_DIRECTORY;
      const runs = given === undefined && !existsSync(directory) ? [] : await listRuns(directory);
      if (options.json) io.printDocument({ runs });
      else printList(runs, directory, io);
    });
}

function printList(runs: readonly (RunSummary | DamagedRun)[], directory: string, io: CommandIo): void {
  if (runs.length === 0) io.note(`there is no run in '${directory}'`);
  else io.print(renderTable(runs.map(listRow)));
  for (const run of runs) if (run.status === 'damaged') io.note(`${run.id}: ${run.problem}`);
}

function listRow(run: RunSummary | DamagedRun): Record<string, string | number> {
  if (run.status === 'damaged') return { id: run.id, status: run.status };
  const { id, status, policy, seed, rounds, labels } = run;
  return { id, status, policy, seed, rounds, labels };
}

function registerShow(command: Command, io: CommandIo): void {
  withRun(withExamples(command.command('show'), ['balpm runs show runs/first', 'balpm runs show first --json']))
    .description('show one run: settings, rounds, last metrics')
    .action(async (name: string, options: Options) => {
      const record = await readRunRecord(findRun(name, options.dir).root);
      const { config, rounds: measured } = record;
      if (options.json) io.printDocument({ ...summariseRecord(record), config, measured });
      else io.print(renderRun(record));
    });
}

function registerDigest(command: Command, io: CommandIo): void {
  withRun(withExamples(command.command('digest'), ['balpm runs digest runs/first']))
    .description('print the SHA-256 of the run’s events without times')
    .action((name: string, options: Options) => {
      const digest = digestEvents(readEvents(findRun(name, options.dir).events));
      if (options.json) io.printDocument({ run: name, digest });
      else io.print(digest);
    });
}

const withRun = (command: Command): Command =>
  command
    .argument('<run>', 'run directory, or id below --dir')
    .option('--dir <dir>', 'directory of runs', DEFAULT_DIRECTORY)
    .option('--json', 'print one JSON document');

function renderRun(record: RunRecord): string {
  const { id, path, status, policy, seed, rounds, labels, digest } = summariseRecord(record);
  const head = [
    `${id}  ${status}`,
    `  path    ${path}`,
    `  policy  ${policy}, seed ${seed}`,
    `  rounds  ${rounds}, ${labels} labels`,
    `  digest  ${digest}`,
    '',
  ];
  const rows = record.rounds.map(({ round, labels: count, splits, batch }) => ({
    round: round + 1,
    labels: count,
    ...Object.fromEntries(
      Object.entries(splits).flatMap(([name, metrics]) => [
        [`${name} loglik`, metrics.logLikelihood.toFixed(4)],
        [`${name} acc`, metrics.accuracy.toFixed(3)],
      ]),
    ),
    'next batch prompts': batch ? `${batch.uniquePrompts}/${batch.size}` : '',
  }));
  return [...head, renderTable(rows)].join('\n').trimEnd();
}
