/**
 * The comparison that decides the default (docs/decisions/default-policy.md): every arm in every world, paired seeds.
 * `npx tsx bench/defaults.ts run|table [seeds=20] [lanes=2] [directory=.balpm/bench-defaults] [worlds]` after
 * `npm run build`; runs are kept, a second call goes on; `table` prints Markdown of the runs that are there.
 */
import { cpus } from 'node:os';
import { makeDirectory } from '../src/base/files.ts';
import { findRunRecords } from '../src/ledger/read-run-record.ts';
import { BASELINE, DEFAULT_ARMS, GROUP } from './defaults/arms.ts';
import { type ArmResult, judgeArms, type WorldRuns } from './defaults/judge-arms.ts';
import { prepareDefaultWorlds } from './defaults/worlds.ts';
import { groupDirectory, runArms } from './policies/run-arms.ts';

const [what = 'table', seeds = '20', lanes = '2', directory = '.balpm/bench-defaults', names = ''] =
  process.argv.slice(2);
const order = DEFAULT_ARMS.map(({ name }) => name);

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
const [test, ood] = ['test', 'ood'].map((split) => judgeArms(runs, BASELINE, split)) as [
  readonly ArmResult[],
  readonly ArmResult[],
];
process.stdout.write(
  '| world | arm | seeds | area, test | against today-random, test | ood |\n| --- | --- | --- | --- | --- | --- |\n',
);
for (const result of test
  .toSorted((one, other) => order.indexOf(one.arm) - order.indexOf(other.arm))
  .toSorted((one, other) => rank(one) - rank(other))) {
  const away = ood.find(({ world, arm }) => world === result.world && arm === result.arm);
  const cells = [
    result.world,
    result.arm,
    result.seeds,
    result.area.value.toFixed(4),
    describe(result),
    away ? describe(away) : '–',
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function rank({ world }: ArmResult): number {
  return worlds.findIndex(({ name }) => name === world);
}

function describe({ judgement }: ArmResult): string {
  if (judgement === null) return '–';
  const { value, low, high } = judgement.interval;
  return `${signed(value)} [${signed(low)}, ${signed(high)}] ${judgement.verdict.answer}`;
}

function signed(value: number | null): string {
  return value === null ? '?' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
