import type { Command } from 'commander';
import { digestEvents } from '../ledger/digest.ts';
import { readEvents } from '../ledger/event-log.ts';
import { findRunRecords, readRunRecord } from '../ledger/read-run-record.ts';
import { findRun } from '../ledger/run-directory.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import type { CommandIo } from './command.ts';
import { renderTable } from './render-table.ts';

interface Options {
  readonly dir: string;
  readonly json?: boolean;
}

/** `balpm runs ls|show|digest` */
export function register(command: Command, io: CommandIo): void {
  command
    .command('ls')
    .description('list the runs of a directory')
    .argument('[dir]', 'directory of runs', 'runs')
    .option('--json', 'print one JSON document')
    .action(async (dir: string, options: { json?: boolean }) => {
      const runs = (await findRunRecords([dir])).map(summarise);
      if (options.json) io.printDocument({ runs });
      else
        io.print(
          renderTable(
            runs.map(({ id, status, policy, seed, rounds, labels }) => ({ id, status, policy, seed, rounds, labels })),
          ),
        );
    });
  withRun(command.command('show').description('show one run: settings, rounds, last metrics')).action(
    async (name: string, options: Options) => {
      const record = await readRunRecord(findRun(name, options.dir).root);
      if (options.json) io.printDocument({ ...summarise(record), config: record.config, rounds: record.rounds });
      else io.print(renderRun(record));
    },
  );
  withRun(command.command('digest').description('print the SHA-256 of the run’s events without times')).action(
    (name: string, options: Options) => {
      const digest = digestEvents(readEvents(findRun(name, options.dir).events));
      if (options.json) io.printDocument({ run: name, digest });
      else io.print(digest);
    },
  );
}

const withRun = (command: Command): Command =>
  command
    .argument('<run>', 'run directory, or id below --dir')
    .option('--dir <dir>', 'directory of runs', 'runs')
    .option('--json', 'print one JSON document');

function summarise({ id, path, status, policy, seed, rounds, digest }: RunRecord) {
  return { id, path, status, policy, seed, rounds: rounds.length, labels: rounds.at(-1)?.labels ?? 0, digest };
}

function renderRun(record: RunRecord): string {
  const { id, path, status, policy, seed, rounds, labels, digest } = summarise(record);
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
