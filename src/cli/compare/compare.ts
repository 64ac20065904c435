import type { Command } from 'commander';
import { compareRuns } from '../../evaluation/compare-runs.ts';
import { findRunRecords } from '../../ledger/read-run-record.ts';
import type { CommandIo } from '../command.ts';
import { type ComparisonFlags, withComparisonFlags } from '../options/comparison-flags.ts';
import { withExamples } from '../options/with-examples.ts';
import { renderComparison } from './render-comparison.ts';

/** `balpm compare` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm compare runs/quickstart', 'balpm compare runs/a runs/b --metric accuracy --split ood']);
  withComparisonFlags(command, { json: 'print one JSON document with every metric and split' }).action(
    (paths: string[], flags: ComparisonFlags) => compare(paths, flags, io),
  );
}

async function compare(paths: readonly string[], flags: ComparisonFlags, io: CommandIo): Promise<void> {
  const comparison = compareRuns(await findRunRecords(paths), flags);
  if (flags.json) io.printDocument(comparison);
  else io.printLines(renderComparison(comparison));
}
