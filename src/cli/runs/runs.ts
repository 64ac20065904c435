import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { latestDiagnostics } from '../../diagnostics/latest-diagnostics.ts';
import { assertLedger } from '../../ledger/assert-ledger.ts';
import { digestEvents } from '../../ledger/digest.ts';
import { readEvents } from '../../ledger/event-log.ts';
import { readRunRecord } from '../../ledger/read-run-record.ts';
import { findRun } from '../../ledger/run-directory.ts';
import type { CommandIo } from '../command.ts';
import { RUNS_DIRECTORY, withJson, withRun } from '../options/run-flags.ts';
import { withExamples } from '../options/with-examples.ts';
import { renderTable } from '../terminal/render-table.ts';
import { registerExplain } from './explain-run.ts';
import { registerExport } from './export-run.ts';
import { type DamagedRun, listRuns } from './list-runs.ts';
import { registerPolicies } from './policies-of-run.ts';
import { renderRun } from './render-run.ts';
import { type RunSummary, summariseRecord } from './summarise-record.ts';

interface Options {
  readonly dir: string;
  readonly json?: boolean;
}

/** `balpm runs ls|show|digest|export|explain|policies` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm runs ls', 'balpm runs show quickstart/random-s1']);
  registerList(command, io);
  registerShow(command, io);
  registerDigest(command, io);
  registerExport(command, io);
  registerExplain(command, io);
  registerPolicies(command, io);
}

function registerList(command: Command, io: CommandIo): void {
  withExamples(command.command('ls'), ['balpm runs ls', 'balpm runs ls runs/quickstart --json'])
    .description('list the runs of a directory and of the sweeps in it')
    .argument('[dir]', `directory of runs (default: ${RUNS_DIRECTORY})`)
    .option('--json', 'print one JSON document')
    .action(async (given: string | undefined, options: { json?: boolean }) => {
      const directory = given ?? RUNS_DIRECTORY;
      const runs = given === undefined && !existsSync(directory) ? [] : await listRuns(directory);
      if (options.json) io.printDocument({ runs });
      else printList(runs, directory, io);
    });
}

function printList(runs: readonly (RunSummary | DamagedRun)[], directory: string, io: CommandIo): void {
  if (runs.length === 0) io.note(`there is no run in '${directory}'`);
  else io.printLines(renderTable(runs.map(listRow)));
  for (const run of runs) if (run.status === 'damaged') io.note(`${run.id}: ${run.problem}`);
}

function listRow(run: RunSummary | DamagedRun): Record<string, string | number> {
  if (run.status === 'damaged') return { id: run.id, status: run.status };
  const { id, status, policy, seed, rounds, labels } = run;
  return { id, status, policy, seed, rounds, labels };
}

function registerShow(command: Command, io: CommandIo): void {
  withJson(
    withRun(withExamples(command.command('show'), ['balpm runs show runs/first', 'balpm runs show first --json'])),
  )
    .description('show one run: settings, rounds, last metrics')
    .action(async (name: string, options: Options) => {
      const record = await readRunRecord(findRun(name, options.dir).root);
      const { config, rounds: measured, diagnostics = [], control = null } = record;
      if (options.json)
        io.printDocument({
          ...summariseRecord(record),
          config,
          measured,
          diagnostics: latestDiagnostics(diagnostics),
          control,
        });
      else io.printLines(renderRun(record));
    });
}

function registerDigest(command: Command, io: CommandIo): void {
  withJson(withRun(withExamples(command.command('digest'), ['balpm runs digest runs/first'])))
    .description('print the SHA-256 of the run’s events without times')
    .action((name: string, options: Options) => {
      const paths = findRun(name, options.dir);
      assertLedger(paths);
      const digest = digestEvents(readEvents(paths.events));
      if (options.json) io.printDocument({ run: name, digest });
      else io.print(digest);
    });
}
