import { nearestRow } from './nearest-row.ts';
import type { NeighbourGraph, NeighbourSource } from './policy.ts';
import { shiftedCounts } from './shifted-counts.ts';
import { squaredDistance } from './squared-distance.ts';

/** Prompt features: float32, row-major, size × dimension, one row a distinct prompt. */
export interface PromptFeatures {
  readonly values: Float32Array;
  readonly dimension: number;
}

/**
 * An exact neighbour source over a small pool, by comparing every prompt with every other in float64 (size² ·
 * dimension steps: seconds at 5,000 × 384; the worker builds larger graphs). Rows list min(neighbours, size) prompts.
 */
export function buildNeighbourSource(prompts: PromptFeatures, neighbours: number): NeighbourSource {
  return {
    graph: buildGraph(prompts, neighbours),
    distances: async (queries) => distancesFrom(prompts, queries),
    shiftedCounts: async (remaining, acquired, radius) => shiftedCounts(prompts, { remaining, acquired, radius }),
  };
}

function buildGraph(prompts: PromptFeatures, neighbours: number): NeighbourGraph {
  const size = prompts.values.length / prompts.dimension;
  const listed = Math.min(neighbours, size);
  const ids = new Int32Array(size * listed);
  const distances = new Float64Array(size * listed);
  const radius = new Float64Array(size);
  for (let prompt = 0; prompt < size; prompt++) {
    const row = nearestRow(distancesFrom(prompts, Int32Array.of(prompt)), prompt, listed);
    ids.set(row.ids, prompt * listed);
    distances.set(row.distances, prompt * listed);
    radius[prompt] = row.radius[0]!;
  }
  return { size, neighbours: listed, ids, distances, radius };
}

function distancesFrom(prompts: PromptFeatures, queries: Int32Array): Float64Array {
  const size = prompts.values.length / prompts.dimension;
  const distances = new Float64Array(queries.length * size);
  queries.forEach((prompt, query) => {
    for (let other = 0; other < size; other++) {
      distances[query * size + other] = Math.sqrt(squaredDistance(prompts, prompt, other));
    }
  });
  return distances;
}
