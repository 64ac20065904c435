import { type Command, Option } from 'commander';
import { compareRuns } from '../evaluation/compare-runs.ts';
import { CURVE_METRICS, type CurveMetric } from '../evaluation/split-metrics.ts';
import { findRunRecords } from '../ledger/read-run-record.ts';

import type { CommandIo } from './command.ts';
import { renderComparison } from './render-comparison.ts';

interface CompareFlags {
  readonly baseline: string;
  readonly metric: CurveMetric;
  readonly split?: string;
  readonly json?: boolean;
}

/** `balpm compare` */
export function register(command: Command, io: CommandIo): void {
  command
    .argument('<run...>', 'run directories, or directories that hold some')
    .option('--baseline <name>', 'policy the others are compared with', 'random')
    .addOption(new Option('--metric <name>', 'metric of the table').choices(CURVE_METRICS).default('logLikelihood'))
    .option('--split <name>', 'split of the table (default: test)')
    .option('--json', 'print one JSON document with every metric and split')
    .addHelpText(
      'before',
      'Examples:\n  balpm compare runs/first\n  balpm compare runs/a runs/b --metric accuracy --split ood\n',
    )
    .action((paths: string[], flags: CompareFlags) => compare(paths, flags, io));
}

async function compare(paths: readonly string[], flags: CompareFlags, io: CommandIo): Promise<void> {
  const comparison = compareRuns(await findRunRecords([...paths]), flags);
  if (flags.json) io.printDocument(comparison);
  else io.print(renderComparison(comparison));
}
