/**
 * The comparison that decides the default (docs/decisions/default-policy.md): every arm in every world, paired seeds.
 * `npx tsx bench/defaults.ts run|table [seeds=20] [lanes=2] [directory=.balpm/bench-defaults] [worlds]` after
 * `npm run build`; runs are kept, a second call goes on; `table` prints Markdown of the runs that are there.
 */
import { cpus } from 'node:os';
import { makeDirectory } from '../src/base/files/files.ts';
import { findRunRecords } from '../src/ledger/read-run-record.ts';
import { DEFAULT_ARMS, GROUP } from './defaults/arms.ts';
import { DECISION_TITLES, decisionRows } from './defaults/decision-rows.ts';
import type { WorldRuns } from './defaults/judge-arms.ts';
import { prepareDefaultWorlds } from './defaults/worlds.ts';
import { renderTable } from './finding/render-table.ts';
import { groupDirectory, runArms } from './policies/run-arms.ts';

const [what = 'table', seeds = '20', lanes = '2', directory = '.balpm/bench-defaults', names = ''] =
  process.argv.slice(2);

makeDirectory(directory);
const all = await prepareDefaultWorlds(directory, '../shared');
const worlds = names === '' ? all : names.split(',').map((name) => all.find((world) => world.name === name)!);
const requestOf = (world: (typeof all)[number]) => ({
  world,
  arms: DEFAULT_ARMS,
  seeds: Array.from({ length: Number(seeds) }, (_value, index) => index + 1),
  directory,
  lanes: Number(lanes),
});

if (what === 'run') {
  for (const world of worlds) {
    const failed = (await runArms(requestOf(world))).filter(({ status }) => status === 'failed');
    for (const { id } of failed) process.stderr.write(`${world.name}: ${id} failed\n`);
  }
}
process.stdout.write(`processor: ${cpus()[0]?.model}\n\n`);
const runs: WorldRuns[] = [];
for (const world of worlds) {
  runs.push({ world: world.name, runs: await findRunRecords([groupDirectory(requestOf(world), GROUP)]) });
}
process.stdout.write(`${renderTable(DECISION_TITLES, decisionRows(runs))}\n`);
