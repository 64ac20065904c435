import { type Command, Option } from 'commander';
import { writeFileAtomic } from '../../base/files/files.ts';
import { EXPORT_FORMATS, type ExportFormat, exportRun } from '../../evaluation/export-run.ts';
import { readRunRecord } from '../../ledger/read-run-record.ts';
import { findRun } from '../../ledger/run-directory.ts';
import type { CommandIo } from '../command.ts';
import { withRun } from '../options/run-flags.ts';
import { withExamples } from '../options/with-examples.ts';

interface ExportFlags {
  readonly dir: string;
  readonly format: ExportFormat;
  readonly out?: string;
}

/** `balpm runs export` */
export function registerExport(command: Command, io: CommandIo): void {
  withRun(
    withExamples(command.command('export'), [
      'balpm runs export runs/first --out first.jsonl',
      'balpm runs export first --format csv --out first.csv',
    ]),
  )
    .description('write metrics and batch statistics for other programs, a line a round')
    .addOption(
      new Option(
        '--format <name>',
        'reference: JSON lines under the keys of the reference code; jsonl, csv: under our own',
      )
        .choices(EXPORT_FORMATS)
        .default('reference'),
    )
    .option('--out <file>', 'file to write, replaced if it is there (default: stdout)')
    .action(async (name: string, { dir, format, out }: ExportFlags) => {
      const text = exportRun(await readRunRecord(findRun(name, dir).root), format);
      if (out === undefined) {
        if (text !== '') io.printText(text.trimEnd());
        return;
      }
      writeFileAtomic(out, text);
      io.print(out);
    });
}
