import type { NeighbourGraph, NeighbourSource } from '../src/acquisition/policy.ts';
import { smallest } from '../src/math/smallest.ts';
import { openStream } from '../src/random/stream.ts';

const NEIGHBOURS = 48;

/** Many prompts, the items that have them, and the exact graph of 48 neighbours. */
export interface BigWorld {
  readonly source: NeighbourSource;
  readonly promptOf: Int32Array;
}

/** Points in a 3-d cube, so that the exact graph is quick to make; the cost of a round does not depend on the features. */
export function makeBigWorld(items: number, prompts: number): BigWorld {
  const stream = openStream(['bench', prompts]);
  const points = Float64Array.from({ length: prompts * 3 }, () => stream.uniform());
  const promptOf = Int32Array.from({ length: items }, (_, item) => (item < prompts ? item : stream.below(prompts)));
  const graph = gridGraph(points);
  return {
    promptOf,
    source: { graph, distances: async (queries) => distancesFrom(points, queries), shiftedCounts: refuseShift },
  };
}

function refuseShift(): Promise<never> {
  return Promise.reject(new Error('The bench does not shift'));
}

/** Exact nearest neighbours of points in the unit cube: cells are searched outwards until nothing nearer can follow. */
function gridGraph(points: Float64Array): NeighbourGraph {
  const size = points.length / 3;
  const grid = fillGrid(points);
  const ids = new Int32Array(size * NEIGHBOURS);
  const distances = new Float64Array(size * NEIGHBOURS);
  const radius = new Float64Array(size);
  for (let prompt = 0; prompt < size; prompt++) {
    for (let reach = 1; radius[prompt] === 0; reach++) {
      const near = pointsAround(grid, prompt, reach);
      const to = Float64Array.from(near, (other) => (other === prompt ? -1 : distance(points, prompt, other)));
      const order = smallest(to, NEIGHBOURS + 1);
      // All that lies within `reach` whole cells of the point's own cell has been seen.
      if (order.length <= NEIGHBOURS || to[order[NEIGHBOURS]!]! >= reach / grid.side) continue;
      for (let at = 0; at < NEIGHBOURS; at++) {
        ids[prompt * NEIGHBOURS + at] = near[order[at]!]!;
        distances[prompt * NEIGHBOURS + at] = Math.max(0, to[order[at]!]!);
      }
      radius[prompt] = to[order[NEIGHBOURS]!]!;
    }
  }
  return { size, neighbours: NEIGHBOURS, ids, distances, radius };
}

interface Grid {
  readonly side: number;
  readonly cells: readonly number[][];
  readonly cellAt: (prompt: number) => readonly number[];
}

function fillGrid(points: Float64Array): Grid {
  const size = points.length / 3;
  const side = Math.max(1, Math.floor((size / 24) ** (1 / 3)));
  const cells: number[][] = Array.from({ length: side ** 3 }, () => []);
  const cellAt = (prompt: number): number[] =>
    [0, 1, 2].map((axis) => Math.min(side - 1, Math.floor(points[3 * prompt + axis]! * side)));
  for (let prompt = 0; prompt < size; prompt++) {
    const [x, y, z] = cellAt(prompt) as [number, number, number];
    cells[(x * side + y) * side + z]!.push(prompt);
  }
  return { side, cells, cellAt };
}

function pointsAround({ side, cells, cellAt }: Grid, prompt: number, reach: number): number[] {
  const [first, last] = [
    cellAt(prompt).map((cell) => Math.max(0, cell - reach)) as [number, number, number],
    cellAt(prompt).map((cell) => Math.min(side - 1, cell + reach)) as [number, number, number],
  ];
  const near: number[] = [];
  for (let x = first[0]; x <= last[0]; x++) {
    for (let y = first[1]; y <= last[1]; y++) {
      for (let z = first[2]; z <= last[2]; z++) near.push(...cells[(x * side + y) * side + z]!);
    }
  }
  return near;
}

function distancesFrom(points: Float64Array, queries: Int32Array): Float64Array {
  const size = points.length / 3;
  const distances = new Float64Array(queries.length * size);
  queries.forEach((prompt, query) => {
    for (let other = 0; other < size; other++) distances[query * size + other] = distance(points, prompt, other);
  });
  return distances;
}

function distance(points: Float64Array, a: number, b: number): number {
  const x = points[3 * a]! - points[3 * b]!;
  const y = points[3 * a + 1]! - points[3 * b + 1]!;
  const z = points[3 * a + 2]! - points[3 * b + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}
