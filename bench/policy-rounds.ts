import { cpus } from 'node:os';
import { createPolicy } from '../src/acquisition/create-policy.ts';
import type { FeatureSource, NeighbourGraph, PolicyContext, SampleSource, Trail } from '../src/acquisition/policy.ts';
import { computeMeasures } from '../src/measures/compute-measures.ts';
import { openStream } from '../src/random/stream.ts';

// A round of every policy at 92,000 items in the orchestrator: what the worker computes is answered at once.
const ITEMS = 92_000;
const PROMPTS = 92_000;
const BATCH = 320;
const ACQUIRED = 9_600;
const SAMPLES = 5;
const NEIGHBOURS = 64;
const ROUNDS = 5;
const GOAL_MS = 100;

const stream = openStream(['bench', 'policy-rounds']);
const logits = drawLogits();
const source = graphSource();
const rows = [];
for (const name of ['near-tie', 'batch-bald', 'epig', 'k-center', 'd-optimal', 'badge', 'typiclust', 'probcover']) {
  const policy = createPolicy(name);
  const times: number[] = [];
  let notes = '';
  for (let round = 0; round <= ROUNDS; round++) {
    const context = contextOf(round, (sentence) => {
      notes = sentence;
    });
    const used = process.cpuUsage();
    await policy.select(context);
    const { user, system } = process.cpuUsage(used);
    times.push((user + system) / 1000);
  }
  const [first, ...later] = times as [number, ...number[]];
  const median = later.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
  const [firstMs, medianMs] = [first.toFixed(0), median.toFixed(1)];
  rows.push({
    policy: name,
    'first CPU ms': firstMs,
    'median CPU ms': medianMs,
    'goal 100 ms': median <= GOAL_MS ? 'met' : 'missed',
  });
  if (notes !== '') console.log(`${name}: ${notes}`);
}
console.log(
  `${cpus()[0]?.model}, Node ${process.version}: ${ITEMS} items, B ${BATCH}, ${SAMPLES} samples, ${ACQUIRED} acquired`,
);
console.table(rows);

function contextOf(round: number, note: (sentence: string) => void): PolicyContext {
  const acquired = Int32Array.from({ length: ACQUIRED }, (_, index) => index * 9 + round);
  const gone = new Set(acquired);
  const pool = Int32Array.from({ length: ITEMS }, (_, item) => item).filter((item) => !gone.has(item));
  const own = gather(pool);
  return {
    round,
    batch: BATCH,
    pool,
    acquired,
    promptOf: Int32Array.from({ length: ITEMS }, (_, item) => item % PROMPTS),
    measures: computeMeasures(own, SAMPLES, ['epistemic']),
    neighbours: source,
    samples: sampleSource(),
    features: answeredAtOnce(),
    groups: null,
    stream: openStream(['bench', round]),
    note,
  };
}

/** Members that agree in the main: a common direction and a smaller one of their own in 16 dimensions. */
function drawLogits(): Float32Array {
  const dimension = 16;
  const common = Array.from({ length: dimension }, () => stream.normal() / 4);
  const members = Array.from({ length: SAMPLES }, () => common.map((value) => value + stream.normal() / 12));
  const drawn = new Float32Array(SAMPLES * ITEMS);
  for (let item = 0; item < ITEMS; item++) {
    const x = common.map(() => stream.normal());
    members.forEach((member, sample) => {
      drawn[sample * ITEMS + item] = member.reduce((sum, weight, axis) => sum + weight * x[axis]!, 0);
    });
  }
  return drawn;
}

function gather(items: Int32Array): Float32Array {
  const own = new Float32Array(SAMPLES * items.length);
  for (let sample = 0; sample < SAMPLES; sample++) {
    items.forEach((item, position) => {
      own[sample * items.length + position] = logits[sample * ITEMS + item]!;
    });
  }
  return own;
}

function sampleSource(): SampleSource {
  return {
    samples: SAMPLES,
    logits: async (items) => gather(items),
    targetLogits: async () => gather(Int32Array.from({ length: 256 }, (_, index) => index * 300)),
  };
}

function answeredAtOnce(): FeatureSource {
  return {
    dimension: 256,
    rows: async (items) => new Float32Array(items.length * 256),
    spread: async ({ candidates, picks }) => firstOnes(candidates.length, picks),
    logDet: async ({ candidates, picks }) => firstOnes(candidates.length, picks),
    clusters: async ({ items, clusters }) => items.map((item) => item % clusters),
  };
}

function firstOnes(count: number, picks: number): Trail {
  const positions = Int32Array.from({ length: Math.min(count, picks) }, (_, pick) => pick);
  return { positions, values: new Float64Array(positions.length) };
}

/** Prompts on a ring, each with its nearest; the cost of a round does not depend on where they lie. */
function graphSource() {
  const [ids, distances] = [new Int32Array(PROMPTS * NEIGHBOURS), new Float64Array(PROMPTS * NEIGHBOURS)];
  for (let prompt = 0; prompt < PROMPTS; prompt++) {
    for (let rank = 0; rank < NEIGHBOURS; rank++) {
      const step = Math.ceil(rank / 2) * (rank % 2 === 1 ? 1 : -1);
      ids[prompt * NEIGHBOURS + rank] = (prompt + step + PROMPTS) % PROMPTS;
      distances[prompt * NEIGHBOURS + rank] = Math.abs(step);
    }
  }
  const radius = new Float64Array(PROMPTS).fill(NEIGHBOURS / 2);
  const graph: NeighbourGraph = { size: PROMPTS, neighbours: NEIGHBOURS, ids, distances, radius };
  return { graph, distances: refuse, shiftedCounts: refuse };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('The bench answers no distances'));
}
