import { spread } from './spread.ts';
import { squareBetween, type Vectors } from './vectors.ts';

/** A clustering of vectors: see `ClusterRequest`. */
export interface Clustering {
  readonly vectors: Vectors;
  readonly learntOn: Int32Array;
  readonly clusters: number;
  readonly draws: Float64Array;
  readonly iterations: number;
}

/**
 * Lloyd's k-means from k-means++ seeds, learnt on some of the vectors; then every vector goes to its nearest centre,
 * the first of equals. A centre that loses all its vectors stays where it was.
 */
export function kMeans({ vectors, learntOn, clusters, draws, iterations }: Clustering): Int32Array {
  const sample = select(vectors, learntOn);
  const nothing = select(vectors, new Int32Array(0));
  const seeds = spread({ candidates: sample, centres: nothing, picks: clusters, draws });
  let centres = select(sample, seeds.positions);
  let assigned: Int32Array = new Int32Array(0);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = assign(sample, centres);
    if (next.every((cluster, position) => cluster === assigned[position])) break;
    assigned = next;
    centres = meansOf(sample, assigned, centres);
  }
  return assign(vectors, centres);
}

function select({ values, dimension }: Vectors, positions: Int32Array): Vectors {
  const chosen = new Float64Array(positions.length * dimension);
  positions.forEach((position, row) => {
    chosen.set(values.subarray(position * dimension, (position + 1) * dimension), row * dimension);
  });
  return { values: chosen, dimension, size: positions.length };
}

const assign = (vectors: Vectors, centres: Vectors): Int32Array =>
  Int32Array.from({ length: vectors.size }, (_, position) => nearest(vectors, position, centres));

function nearest(vectors: Vectors, position: number, centres: Vectors): number {
  let [best, least] = [0, Infinity];
  for (let centre = 0; centre < centres.size; centre++) {
    const square = squareBetween(vectors, position, centres, centre);
    if (square < least) [best, least] = [centre, square];
  }
  return best;
}

function meansOf({ values, dimension, size }: Vectors, assigned: Int32Array, before: Vectors): Vectors {
  const counts = new Int32Array(before.size);
  const sums = new Float64Array(before.values.length);
  for (let position = 0; position < size; position++) {
    const cluster = assigned[position]!;
    counts[cluster]!++;
    for (let axis = 0; axis < dimension; axis++) {
      sums[cluster * dimension + axis]! += values[position * dimension + axis]!;
    }
  }
  const means = before.values.map((value, index) => {
    const count = counts[Math.floor(index / dimension)]!;
    return count === 0 ? value : sums[index]! / count;
  });
  return { ...before, values: means };
}
