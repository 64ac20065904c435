import type { Command } from 'commander';
import { type PoliciesComparison, policyOverlaps } from '../../explain/policy-overlaps.ts';
import { revisitBatch } from '../../explain/revisit-batch.ts';
import { findRun } from '../../ledger/run-directory.ts';
import type { CommandIo } from '../command.ts';
import { withJson, withRound, withRun, withTrust } from '../options/run-flags.ts';
import { withExamples } from '../options/with-examples.ts';
import { renderTable } from '../terminal/render-table.ts';

interface PoliciesFlags {
  readonly dir: string;
  readonly round: number;
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** `balpm runs policies` */
export function registerPolicies(command: Command, io: CommandIo): void {
  const examples = ['balpm runs policies runs/first --round 1', 'balpm runs policies first --round 12 --json'];
  withJson(withTrust(withRound(withRun(withExamples(command.command('policies'), examples)))))
    .description('show how much of a batch every other policy would have picked in the same state')
    .action(async (name: string, { dir, round, trust = false, json }: PoliciesFlags) => {
      const options = { round, signal: io.signal, note: io.note, trust };
      const compared = await revisitBatch(findRun(name, dir), options, policyOverlaps);
      if (json) io.printDocument({ ...compared });
      else io.printLines(renderPolicies(compared));
    });
}

function renderPolicies({ run, round, policy, batch, overlaps, unserved }: PoliciesComparison): string[] {
  const rows = overlaps.map((overlap) => ({
    policy: overlap.policy,
    shared: `${overlap.shared}/${batch}`,
    share: overlap.share.toFixed(3),
    jaccard: overlap.jaccard.toFixed(3),
  }));
  return [
    `${run} round ${round}: ${batch} picks of ${policy}, reproduced`,
    '',
    ...renderTable(rows),
    ...(unserved.length === 0 ? [] : ['', 'not possible here:']),
    ...unserved.map(({ policy: name, reason }) => `  ${name}: ${reason}`),
  ];
}
