import type { Command } from 'commander';
import { explainBatch } from '../../explain/explain-batch.ts';
import { revisitBatch } from '../../explain/revisit-batch.ts';
import { findRun } from '../../ledger/run-directory.ts';
import type { CommandIo } from '../command.ts';
import { withJson, withRound, withRun, withTrust } from '../options/run-flags.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { renderExplanation } from './render-explanation.ts';

interface ExplainFlags {
  readonly dir: string;
  readonly round: number;
  readonly picks?: number;
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** `balpm runs explain` */
export function registerExplain(command: Command, io: CommandIo): void {
  const examples = ['balpm runs explain runs/first --round 1 --picks 5', 'balpm runs explain first --round 12 --json'];
  withJson(withTrust(withRound(withRun(withExamples(command.command('explain'), examples)))))
    .description('show why each item of a batch was picked, by choosing it again')
    .option('--picks <n>', 'how many picks to show, from the first (default: all)', wholeNumber(1))
    .action(async (name: string, { dir, round, picks = Infinity, trust = false, json }: ExplainFlags) => {
      const options = { round, signal: io.signal, note: io.note, trust };
      const explained = await revisitBatch(findRun(name, dir), options, (revisit) => explainBatch(revisit, picks));
      if (json) io.printDocument({ ...explained });
      else io.printLines(renderExplanation(explained));
    });
}
