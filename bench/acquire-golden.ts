// npx tsx bench/acquire-golden.ts: `balpm acquire` on every golden selection case, round by round, through the built
// command line and files (node tools/build.mjs first). BALPM_GOLDEN names another directory of cases.

import { goldenCaseNames, goldenDirectory, readGoldenCase } from '../test/acquisition/oracles/golden-case.ts';
import { acquireByCommand, goldenRounds, indicesOf } from '../test/standalone/oracles/golden-rounds.ts';
import { makeScratch } from '../test/support/balpm.ts';

const names = goldenCaseNames();
if (names.length === 0) console.log(`skipped: there are no golden selection cases in '${goldenDirectory}'`);
const scratch = makeScratch();
let equal = 0;
for (const name of names) {
  const verdict = await judge(name);
  if (verdict === 'equal') equal++;
  console.log(name.padEnd(24), verdict);
}
scratch.remove();
if (names.length > 0) console.log(`${equal} of ${names.length} cases equal`);
process.exitCode = equal === names.length ? 0 : 1;

/** `equal`, or the first round that is not and what it gave. */
async function judge(name: string): Promise<string> {
  const golden = readGoldenCase(name);
  for (const round of goldenRounds(golden)) {
    const { status, stdout, stderr } = await acquireByCommand(golden, round, scratch.path);
    if (status !== 0) return `round ${round.round}: status ${status}, ${stderr}`;
    const found = indicesOf(stdout);
    if (found.join() !== round.expected.join())
      return `round ${round.round}: ${found.join(' ')} instead of ${round.expected.join(' ')}`;
  }
  return 'equal';
}
