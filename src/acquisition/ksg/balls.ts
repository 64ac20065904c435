import { BalpmError } from '../../base/errors.ts';
import { nearestRow } from '../nearest-row.ts';
import type { NeighbourGraph, NeighbourSource } from '../policy.ts';
import { type LongRows, longRowsOf, type NeighbourRow } from './neighbour-rows.ts';
import type { NeighbourWeights } from './neighbour-weights.ts';

/**
 * The ball of every prompt that has items in the pool: the neighbours within D, the distance to its k-th nearest.
 * The ball of u is the first `extent[u]` entries of its row; 0 for prompts without items in the pool.
 */
export interface Balls {
  readonly graph: NeighbourGraph;
  readonly long: LongRows;
  readonly extent: Int32Array;
}

/** What decides a ball: how many neighbours it must hold, what a neighbour weighs, and which prompts have one. */
export interface BallRule {
  readonly k: number;
  readonly weights: NeighbourWeights;
  readonly remaining: Int32Array;
}

const EXHAUSTED = -1;
// Distances held at once while rows are extended: 4 million, 32 MB.
const BLOCK_DISTANCES = 1 << 22;

/** Finds every ball, exactly: a row that cannot prove its k-th distance is extended until it can. */
export async function findBalls(source: NeighbourSource, rule: BallRule): Promise<Balls> {
  const balls = { graph: source.graph, long: longRowsOf(source.graph), extent: new Int32Array(source.graph.size) };
  const exhausted: number[] = [];
  for (let prompt = 0; prompt < source.graph.size; prompt++) {
    if (rule.remaining[prompt] === 0) continue;
    const extent = knownExtent(balls, prompt, rule);
    balls.extent[prompt] = extent;
    if (extent === EXHAUSTED) exhausted.push(prompt);
  }
  await extendRows(source, exhausted, rule, balls);
  return balls;
}

/** D of every prompt that has a ball, 0 elsewhere (U). */
export function ballRadii(balls: Balls): Float64Array {
  const { graph, long, extent } = balls;
  const radii = new Float64Array(graph.size);
  for (let prompt = 0; prompt < graph.size; prompt++) {
    if (extent[prompt] === 0) continue;
    const last = extent[prompt]! - 1;
    radii[prompt] = long.get(prompt)?.distances[last] ?? graph.distances[prompt * graph.neighbours + last]!;
  }
  return radii;
}

/** The array that holds a prompt's row: its ball is `ballIds()[ballStart() … + extent)`. */
export const ballIds = ({ graph, long }: Balls, prompt: number): Int32Array =>
  (long.size === 0 ? undefined : long.get(prompt)?.ids) ?? graph.ids;

/** Where a prompt's row starts in `ballIds()`. */
export const ballStart = ({ graph, long }: Balls, prompt: number): number =>
  long.size !== 0 && long.has(prompt) ? 0 : prompt * graph.neighbours;

function knownExtent({ graph, long }: Balls, prompt: number, rule: BallRule): number {
  const row = long.size === 0 ? undefined : long.get(prompt);
  if (row) return extentOf(row, 0, row.ids.length, row.radius, rule);
  const start = prompt * graph.neighbours;
  return extentOf(graph, start, start + graph.neighbours, graph.radius[prompt]!, rule);
}

/** Entries from `start` on that lie within the k-th neighbour's distance, or EXHAUSTED when the row cannot tell. */
function extentOf(
  { ids, distances }: Pick<NeighbourRow, 'ids' | 'distances'>,
  start: number,
  end: number,
  radius: number,
  { k, weights: { weight, selfDiscount } }: BallRule,
): number {
  let found = weight[ids[start]!]! - selfDiscount;
  let at = start;
  while (found < k) {
    if (++at === end) return EXHAUSTED;
    found += weight[ids[at]!]!;
  }
  const distance = distances[at]!;
  // Strict: prompts exactly at the radius may be unlisted.
  if (!(distance < radius)) return EXHAUSTED;
  while (at + 1 < end && distances[at + 1] === distance) at++;
  return at + 1 - start;
}

async function extendRows(
  source: NeighbourSource,
  prompts: readonly number[],
  rule: BallRule,
  balls: Balls,
): Promise<void> {
  const { size } = source.graph;
  const block = Math.max(1, Math.floor(BLOCK_DISTANCES / size));
  for (let first = 0; first < prompts.length; first += block) {
    const queries = Int32Array.from(prompts.slice(first, first + block));
    const distances = await source.distances(queries);
    if (distances.length !== queries.length * size) throw wrongDistances(distances.length, queries.length * size);
    queries.forEach((prompt, query) => {
      extendRow(distances.subarray(query * size, (query + 1) * size), prompt, rule, balls);
    });
  }
}

function extendRow(distances: Float64Array, prompt: number, rule: BallRule, { graph, long, extent }: Balls): void {
  let keep = long.get(prompt)?.ids.length ?? graph.neighbours;
  do {
    keep = Math.min(2 * keep, graph.size);
    const row = nearestRow(distances, prompt, keep);
    long.set(prompt, row);
    extent[prompt] = extentOf(row, 0, row.ids.length, row.radius, rule);
  } while (extent[prompt] === EXHAUSTED && keep < graph.size);
  if (extent[prompt] === EXHAUSTED) throw unboundedBall(prompt);
}

const wrongDistances = (found: number, needed: number): BalpmError =>
  new BalpmError('internal', `Cannot extend neighbour rows: ${found} distances came back, ${needed} are needed`);

const unboundedBall = (prompt: number): BalpmError =>
  new BalpmError(
    'internal',
    `Cannot find the neighbours of prompt ${prompt}: a distance is not finite, finite features are needed`,
  );
