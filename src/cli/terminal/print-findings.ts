import type { Finding } from '../../doctor/finding.ts';
import type { CommandIo, Sign } from '../command.ts';

const SIGNS: Readonly<Record<Finding['state'], Sign>> = {
  fine: { text: '✓', colour: 'green' },
  warning: { text: '!', colour: 'yellow' },
  missing: { text: '✗', colour: 'red' },
};

/** One line a finding, its advice after an arrow. */
export function printFindings(findings: readonly Finding[], io: Pick<CommandIo, 'print'>): void {
  const width = Math.max(14, ...findings.map(({ what }) => what.length));
  for (const { what, state, found, advice } of findings)
    io.print(`${what.padEnd(width)} ${found}${advice ? `   → ${advice}` : ''}`, SIGNS[state]);
}
