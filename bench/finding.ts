/**
 * The figures and tables of docs/explanation/policies.md, posterior.md and beta.md, from the runs of bench/defaults.ts and, where they
 * are there, of bench/policies.ts; nothing is run. Worlds and arms without finished runs are left out, but a block that
 * would show fewer worlds than it does is refused unless `--partial` is given.
 * `npx tsx bench/finding.ts [directory=.balpm/bench-defaults] [--policies .balpm/bench-policies] [--out docs/explanation] [--partial]`;
 * pictures `uncertainty-*`, `picks-*` and `curves-*` in `figures/` below `--out` are replaced, its pages only between
 * `<!-- generated: NAME -->` and `<!-- end -->`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { usageError } from '../src/base/errors.ts';
import { quotePath } from '../src/base/files/files.ts';
import { findRunRecords } from '../src/ledger/read-run-record.ts';
import { GROUP } from './defaults/arms.ts';
import type { WorldRuns } from './defaults/judge-arms.ts';
import { findingOf } from './finding/blocks.ts';
import { REGISTERED_WORLDS } from './finding/registered-worlds.ts';
import { writeFinding } from './finding/write-finding.ts';
import { groupPath } from './policies/run-arms.ts';
import { tableBlocks } from './policies/table-blocks.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'docs/explanation' },
    partial: { type: 'boolean', default: false },
    policies: { type: 'string', default: '.balpm/bench-policies' },
  },
});
const [directory = '.balpm/bench-defaults'] = positionals;

const worlds: WorldRuns[] = [];
for (const world of REGISTERED_WORLDS) {
  const group = groupPath(directory, world, GROUP);
  if (existsSync(group)) worlds.push({ world, runs: await findRunRecords([group]) });
}
if (!worlds.some(({ runs }) => runs.some(({ status }) => status === 'done')))
  throw usageError(
    `Cannot draw the finding: there is no finished run below ${quotePath(directory)}; make them by 'npx tsx bench/defaults.ts run'`,
  );
const finding = await findingOf(worlds, REGISTERED_WORLDS);
const tables = await tableBlocks(values.policies);
writeFinding({ ...finding, blocks: [...finding.blocks, ...tables] }, { out: values.out, partial: values.partial });
for (const { name, svg } of finding.figures) {
  process.stdout.write(`${join(values.out, 'figures', `${name}.svg`)} ${(svg.length / 1000).toFixed(1)} kB\n`);
}
for (const name of ['policies', 'beta'].filter((one) => !tables.some((block) => block.name === one)))
  process.stdout.write(`the table '${name}' stays as it is: not all of its runs are below '${values.policies}'\n`);
