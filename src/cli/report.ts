import { type Command, Option } from 'commander';
import { CURVE_METRICS, type CurveMetric } from '../evaluation/split-metrics.ts';
import { findRunRecords } from '../ledger/read-run-record.ts';
import { headline } from '../report/headline.ts';
import { writeReport } from '../report/write-report.ts';
import type { CommandIo } from './command.ts';

interface ReportFlags {
  readonly out: string;
  readonly baseline: string;
  readonly metric: CurveMetric;
  readonly split?: string;
  readonly json?: boolean;
}

/** `balpm report` */
export function register(command: Command, io: CommandIo): void {
  command
    .argument('<run...>', 'run directories, or directories that hold some')
    .requiredOption('--out <dir>', 'directory the report is written to')
    .option('--baseline <name>', 'policy the others are compared with', 'random')
    .addOption(new Option('--metric <name>', 'primary metric').choices(CURVE_METRICS).default('logLikelihood'))
    .option('--split <name>', 'primary split (default: test)')
    .option('--json', 'print one JSON document')
    .addHelpText('before', 'Examples:\n  balpm report runs/first --out report\n')
    .action((paths: string[], flags: ReportFlags) => report(paths, flags, io));
}

async function report(paths: readonly string[], flags: ReportFlags, io: CommandIo): Promise<void> {
  const { page, figures, comparison } = await writeReport(await findRunRecords([...paths]), flags.out, flags);
  const verdict = headline(comparison);
  if (flags.json) {
    io.printDocument({ report: page, figures, headline: verdict });
    return;
  }
  io.note(verdict);
  io.print(page);
}
