import { cpus } from 'node:os';
import { createPolicy } from '../src/acquisition/create-policy.ts';
import { POLICIES } from '../src/acquisition/index.ts';
import type { MeasureName, NeighbourSource, Policy, PolicyContext } from '../src/acquisition/policy.ts';
import { openStream } from '../src/random/stream.ts';
import { type BigWorld, makeBigWorld } from './big-world.ts';
import { quantile } from './measure.ts';

const ITEMS = 92_000;
const BATCH = 320;
/** Milliseconds a round may take, most policies and those that promise more. */
const GOAL_MS = 100;
const GOALS_MS: Readonly<Record<string, number>> = { 'best-of': 10 };
const [rounds = '8', ...only] = process.argv.slice(2);
const ROUNDS = Number(rounds);

console.log(
  `${cpus()[0]?.model}, Node ${process.version}: ${ITEMS} items, B ${BATCH}, ${ROUNDS} rounds after the first; a round in the orchestrator, time for distances (the worker's) taken off: medians, CPU (garbage collection included) and by the clock, which other processes on the machine add to`,
);
const rows = [];
for (const prompts of [ITEMS, 18_000]) {
  const world = makeBigWorld(ITEMS, prompts);
  for (const { name } of POLICIES) {
    if (only.length > 0 && !only.includes(name)) continue;
    const policy = createPolicy(name);
    if (policy.needs.samples || policy.needs.features !== null) continue;
    rows.push({ policy: name, prompts, ...(await timePolicy(policy, world, GOALS_MS[name] ?? GOAL_MS)) });
  }
}
console.table(rows);

async function timePolicy(policy: Policy, world: BigWorld, goalMs: number) {
  const watched = watch({ ...world.source, graph: { ...world.source.graph } });
  const stream = openStream(['bench', 'scores']);
  let acquired = Int32Array.from({ length: BATCH }, (_, index) => index * 17);
  const [wall, cpu]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const context = contextOf(round, { ...world, source: watched.source }, acquired, policy, stream.uniform);
    const [wallBegun, cpuBegun, elsewhere] = [performance.now(), cpuMs(), watched.spent()];
    const picks = await policy.select(context);
    wall.push(performance.now() - wallBegun - (watched.spent().wall - elsewhere.wall));
    cpu.push(cpuMs() - cpuBegun - (watched.spent().cpu - elsewhere.cpu));
    acquired = Int32Array.from([...acquired, ...picks.map((pick) => pick.item)]);
  }
  const median = quantile(later(cpu), 0.5);
  return {
    'first round CPU ms': cpu[0]!.toFixed(1),
    'CPU ms': median.toFixed(1),
    'most CPU ms': later(cpu).at(-1)!.toFixed(1),
    'wall ms': quantile(later(wall), 0.5).toFixed(1),
    'fastest wall ms': later(wall)[0]!.toFixed(1),
    'rows fetched a round': Math.round(watched.queries() / (ROUNDS + 1)),
    'goal ms': `${goalMs} ${median <= goalMs ? 'met' : 'missed'}`,
  };
}

/** Times of all rounds but the first, ascending. */
function later(values: readonly number[]): number[] {
  return values.slice(1).toSorted((a, b) => a - b);
}

/** The source, and how many rows of distances it gave and how long that took. */
function watch(source: NeighbourSource) {
  let [wall, cpu, queries] = [0, 0, 0];
  const distances = async (prompts: Int32Array): Promise<Float64Array> => {
    const [wallBegun, cpuBegun] = [performance.now(), cpuMs()];
    const found = await source.distances(prompts);
    wall += performance.now() - wallBegun;
    cpu += cpuMs() - cpuBegun;
    queries += prompts.length;
    return found;
  };
  return { source: { ...source, distances }, spent: () => ({ wall, cpu }), queries: () => queries };
}

/** CPU time of this process so far, garbage collection included. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function contextOf(
  round: number,
  world: BigWorld,
  acquired: Int32Array,
  policy: Policy,
  uniform: () => number,
): PolicyContext {
  const gone = new Set(acquired);
  const pool = world.promptOf.map((_, item) => item).filter((item) => !gone.has(item));
  const draw = (): Float64Array => Float64Array.from(pool, () => 0.02 * uniform() ** 4);
  return {
    round,
    batch: BATCH,
    pool,
    acquired,
    promptOf: world.promptOf,
    measures: Object.fromEntries(policy.needs.measures.map((name: MeasureName) => [name, draw()])),
    neighbours: world.source,
    samples: null,
    features: null,
    groups: null,
    stream: openStream(['bench', round]),
    note: console.warn,
  };
}
