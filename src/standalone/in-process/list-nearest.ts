import type { NeighbourGraph } from '../../acquisition/policy.ts';
import { createNearestLists, type NearestLists } from './nearest-lists.ts';
import type { PromptFeatures } from './squared-distance.ts';
import { addTileSquares, TILE_ROWS } from './tile-squares.ts';

// A panel of rows in float64, 384 KB: two of them stay in the cache of one core.
const PANEL_NUMBERS = 48 << 10;
const MOST_PANEL_ROWS = 768;
// Axes summed before a tile is asked whether any of its pairs is still near enough.
const AXES_A_STEP = 128;

/** Rows first … first + count − 1 of the features, in float64. */
interface Panel {
  readonly first: number;
  readonly count: number;
  readonly values: Float64Array;
}

/**
 * The exact graph of the `neighbours` nearest of every prompt (all of them when there are fewer), every pair measured
 * once in float64 unless its first axes prove it too far. Yields the share that is done, about twice a second.
 */
export function* listNearest(prompts: PromptFeatures, neighbours: number): Generator<number, NeighbourGraph> {
  const size = prompts.values.length / prompts.dimension;
  const listed = Math.min(neighbours, size);
  const lists = createNearestLists(size, listed);
  const rows = panelRows(prompts.dimension, size);
  const [one, other] = [new Float64Array(rows * prompts.dimension), new Float64Array(rows * prompts.dimension)];
  for (let first = 0; first < size; first += rows) {
    const panel = loadPanel(prompts, first, rows, one);
    for (let second = 0; second < first; second += rows)
      measurePanels(panel, loadPanel(prompts, second, rows, other), prompts.dimension, lists);
    measurePanels(panel, panel, prompts.dimension, lists);
    yield (Math.min(first + rows, size) / size) ** 2;
  }
  return graphOf(size, listed, lists);
}

function panelRows(dimension: number, size: number): number {
  const most = Math.min(size, MOST_PANEL_ROWS, PANEL_NUMBERS / dimension);
  return Math.max(1, Math.ceil(most / TILE_ROWS)) * TILE_ROWS;
}

function loadPanel({ values, dimension }: PromptFeatures, first: number, rows: number, into: Float64Array): Panel {
  const part = values.subarray(first * dimension, (first + rows) * dimension);
  into.set(part);
  return { first, count: part.length / dimension, values: into };
}

/** Measures every pair of two panels; of a panel with itself, every pair once. Rows past the last are measured in vain. */
function measurePanels(left: Panel, right: Panel, dimension: number, lists: NearestLists): void {
  const sums = new Float64Array(TILE_ROWS * TILE_ROWS);
  const isSame = left === right;
  for (let row = 0; row < left.count; row += TILE_ROWS) {
    for (let other = 0; other < (isSame ? row + 1 : right.count); other += TILE_ROWS) {
      const tile = { left, right, row, other, dimension };
      if (sumTile(tile, lists.limits, sums)) offerTile(tile, sums, lists);
    }
  }
}

/** Three rows of one panel and three of another. */
interface Tile {
  readonly left: Panel;
  readonly right: Panel;
  readonly row: number;
  readonly other: number;
  readonly dimension: number;
}

/** Fills in the squared distances; false as soon as no pair can enter a list. */
function sumTile({ left, right, row, other, dimension }: Tile, limits: Float64Array, sums: Float64Array): boolean {
  const limit = Math.max(greatestLimit(limits, left.first + row), greatestLimit(limits, right.first + other));
  const x = { values: left.values, dimension, at: row * dimension };
  const y = { values: right.values, dimension, at: other * dimension };
  sums.fill(0);
  for (let start = 0; start < dimension; start += AXES_A_STEP) {
    addTileSquares(sums, x, y, [start, Math.min(start + AXES_A_STEP, dimension)]);
    if (areAllAbove(sums, limit)) return false;
  }
  return true;
}

// A plain loop: this is asked for every tile, and spreading the sums takes as long as summing them.
function areAllAbove(sums: Float64Array, limit: number): boolean {
  for (let index = 0; index < sums.length; index++) if (sums[index]! <= limit) return false;
  return true;
}

const greatestLimit = (limits: Float64Array, row: number): number =>
  Math.max(limits[row]!, limits[row + 1] ?? 0, limits[row + 2] ?? 0);

function offerTile({ left, right, row, other }: Tile, sums: Float64Array, lists: NearestLists): void {
  for (let index = 0; index < sums.length; index++) {
    const [a, b] = [row + Math.floor(index / TILE_ROWS), other + (index % TILE_ROWS)];
    if (a >= left.count || b >= right.count) continue;
    offerPair(left.first + a, right.first + b, sums[index]!, lists);
  }
}

function offerPair(one: number, other: number, square: number, { limits, offer }: NearestLists): void {
  if (one <= other || (square > limits[one]! && square > limits[other]!)) return;
  const distance = Math.sqrt(square);
  offer(one, other, distance);
  offer(other, one, distance);
}

/** Rows that begin with the prompt itself; the last neighbour kept is not listed and gives the radius. */
function graphOf(size: number, listed: number, lists: NearestLists): NeighbourGraph {
  const ids = new Int32Array(size * listed);
  const distances = new Float64Array(size * listed);
  const radius = new Float64Array(size);
  for (let prompt = 0; prompt < size; prompt++) {
    const [first, last] = [prompt * listed, (prompt + 1) * listed - 1];
    ids[first] = prompt;
    ids.set(lists.ids.subarray(first, last), first + 1);
    distances.set(lists.distances.subarray(first, last), first + 1);
    radius[prompt] = lists.distances[last]!;
  }
  return { size, neighbours: listed, ids, distances, radius };
}
