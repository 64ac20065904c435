import { BalpmError } from '../../../base/errors.ts';
import type { Copies } from '../../kernels/copies.ts';
import { fetchDistances } from '../../kernels/fetch-distances.ts';
import { graphCacheOf } from '../../kernels/graph-cache.ts';
import { type NeighbourRows, nearestRow } from '../../kernels/nearest-row.ts';
import type { NeighbourSource, PolicyContext } from '../../policy.ts';
import { type NeighbourSwitches, type NeighbourWeights, neighbourWeights } from './neighbour-weights.ts';

/** The ball of every prompt with items in the pool: the neighbours within D, the distance to its k-th nearest. */
export interface Balls {
  /** D (U); 0 for prompts without items in the pool. */
  readonly radii: Float64Array;
  /** Acquired items inside (U). */
  readonly acquired: Int32Array;
  /** How many first entries of the prompt's row in the graph are its ball (U); 0 when it is wide or has none. */
  readonly extent: Int32Array;
  /** Balls that the graph's row could not hold: their prompts. */
  readonly wide: Map<number, Int32Array>;
}

/** What decides a ball: how many neighbours it must hold and what a neighbour weighs. */
export interface BallRule {
  readonly k: number;
  readonly weights: NeighbourWeights;
  readonly copies: Copies;
}

/** Finds every ball, exactly: a row that cannot prove its k-th distance is extended until it can. */
export async function findBalls(source: NeighbourSource, rule: BallRule): Promise<Balls> {
  const { graph } = source;
  const { longRows } = graphCacheOf(graph);
  const balls = emptyBalls(graph.size);
  const measure = createBallMeasure(rule, balls);
  const unproved: number[] = [];
  for (let prompt = 0; prompt < graph.size; prompt++) {
    if (rule.copies.remaining[prompt] === 0) continue;
    balls.extent[prompt] = measure(graph, prompt, prompt);
    if (balls.extent[prompt] === 0 && !useLongRow(prompt)) unproved.push(prompt);
  }
  await fetchDistances(source, unproved, extendRow);
  return balls;

  function extendRow(prompt: number, distances: Float64Array): void {
    let keep = longRows.get(prompt)?.neighbours ?? graph.neighbours;
    do {
      if (keep >= graph.size) throw unboundedBall(prompt);
      keep = Math.min(2 * keep, graph.size);
      longRows.set(prompt, nearestRow(distances, prompt, keep));
    } while (!useLongRow(prompt));
  }

  function useLongRow(prompt: number): boolean {
    const row = longRows.get(prompt);
    const extent = row ? measure(row, 0, prompt) : 0;
    if (row && extent > 0) balls.wide.set(prompt, row.ids.subarray(0, extent));
    return extent > 0;
  }
}

const emptyBalls = (size: number): Balls => ({
  radii: new Float64Array(size),
  acquired: new Int32Array(size),
  extent: new Int32Array(size),
  wide: new Map(),
});

/**
 * Walks row `row` of `rows`, that of `prompt`, to its k-th neighbour and past those at the same distance; notes D and
 * the acquired items on the way. Returns the entries within D, or 0 when the row cannot tell.
 */
function createBallMeasure({ k, weights, copies }: BallRule, balls: Balls) {
  const { weight, selfDiscount } = weights;
  const { acquired } = copies;
  return ({ ids, distances, neighbours, radius }: NeighbourRows, row: number, prompt: number): number => {
    const start = row * neighbours;
    const end = start + neighbours;
    let at = start;
    let found = weight[prompt]! - selfDiscount;
    let inside = acquired[prompt]!;
    while (found < k) {
      if (++at === end) return 0;
      const other = ids[at]!;
      found += weight[other]!;
      inside += acquired[other]!;
    }
    const distance = distances[at]!;
    // Strict: prompts exactly at the radius may be unlisted.
    if (!(distance < radius[row]!)) return 0;
    while (++at < end && distances[at] === distance) inside += acquired[ids[at]!]!;
    balls.radii[prompt] = distance;
    balls.acquired[prompt] = inside;
    return at - start;
  };
}

const unboundedBall = (prompt: number): BalpmError =>
  new BalpmError(
    'data',
    `Cannot find the neighbours of prompt ${prompt}: some distances are not finite, finite features are needed`,
  );

/** The rule of this round's balls; where fewer than k neighbours are left all of them are used, and the run says so. */
export function ballRule(
  context: PolicyContext,
  copies: Copies,
  { k, switches }: { readonly k: number; readonly switches: NeighbourSwitches },
): BallRule {
  const weights = neighbourWeights(copies, switches);
  if (k > weights.available) context.note(fewNeighbours(context.round, k, weights.available));
  return { k: Math.min(k, weights.available), weights, copies };
}

const fewNeighbours = (round: number, k: number, available: number): string =>
  `In round ${round} an item has ${available} neighbours, fewer than k = ${k}: all of them are used`;

/**
 * How many neighbours a row of the graph should list for D to the k-th: 48 for k = 13 left at most 426 of 92,000 rows
 * to be extended in 75 rounds; larger k in proportion.
 */
export const listedNeighbours = (k: number): number => Math.max(48, Math.ceil((48 * k) / 13));
