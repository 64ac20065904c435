import { type Command, Option } from 'commander';
import type { RunRecord } from '../evaluation/run-record.ts';
import { findRunRecords } from '../ledger/read-run-record.ts';
import { headline } from '../report/headline.ts';
import { writePdfReport } from '../report/write-pdf-report.ts';
import { writeReport } from '../report/write-report.ts';
import type { WrittenReport } from '../report/written-report.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import type { CommandIo } from './command.ts';
import { type ComparisonFlags, withComparisonFlags } from './options/comparison-flags.ts';
import { requireOptions } from './options/require-options.ts';
import { withExamples } from './options/with-examples.ts';

const FORMATS = ['html', 'pdf'] as const;

interface ReportFlags extends ComparisonFlags {
  readonly out: string;
  readonly format: (typeof FORMATS)[number];
  readonly python?: string;
}

/** `balpm report` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm report runs/quickstart --out runs/quickstart/report',
    'balpm report runs/quickstart --out paper --format pdf',
  ]);
  withComparisonFlags(command, { json: 'print one JSON document' })
    .option('--out <dir>', 'directory the report is written to')
    .addOption(
      new Option('--format <name>', 'html: a page with its figures; pdf: the figures for LaTeX, drawn by matplotlib')
        .choices(FORMATS)
        .default('html'),
    )
    .option('--python <path>', 'interpreter that has matplotlib (pdf only; default: as doctor)')
    .hook('preAction', requireOptions('--out <dir>'))
    .action((paths: string[], flags: ReportFlags) => report(paths, flags, io));
}

async function report(paths: readonly string[], flags: ReportFlags, io: CommandIo): Promise<void> {
  const { page, figures, comparison } = await write(await findRunRecords(paths), flags, io);
  const verdict = headline(comparison);
  if (flags.json) {
    io.printDocument({ report: page, figures, headline: verdict });
    return;
  }
  io.note(verdict);
  io.print(page);
}

function write(
  records: readonly RunRecord[],
  { format, out, python, ...options }: ReportFlags,
  { signal }: CommandIo,
): Promise<WrittenReport> {
  switch (format) {
    case 'html':
      return writeReport(records, out, options);
    case 'pdf':
      return writePdfReport(records, out, { ...options, interpreter: resolvePython(python), signal });
  }
}
