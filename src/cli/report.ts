import type { Command } from 'commander';
import { findRunRecords } from '../ledger/read-run-record.ts';
import { headline } from '../report/headline.ts';
import { writeReport } from '../report/write-report.ts';
import type { CommandIo } from './command.ts';
import { type ComparisonFlags, withComparisonFlags } from './comparison-flags.ts';
import { requireOptions } from './require-options.ts';
import { withExamples } from './with-examples.ts';

interface ReportFlags extends ComparisonFlags {
  readonly out: string;
}

/** `balpm report` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm report runs/quickstart --out runs/quickstart/report']);
  withComparisonFlags(command, { json: 'print one JSON document' })
    .option('--out <dir>', 'directory the report is written to')
    .hook('preAction', requireOptions('--out <dir>'))
    .action((paths: string[], flags: ReportFlags) => report(paths, flags, io));
}

async function report(paths: readonly string[], flags: ReportFlags, io: CommandIo): Promise<void> {
  const { page, figures, comparison } = await writeReport(await findRunRecords(paths), flags.out, flags);
  const verdict = headline(comparison);
  if (flags.json) {
    io.printDocument({ report: page, figures, headline: verdict });
    return;
  }
  io.note(verdict);
  io.print(page);
}
