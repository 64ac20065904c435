import { setImmediate } from 'node:timers/promises';
import type { NeighbourGraph, NeighbourSource } from '../../acquisition/policy.ts';
import { listNearest } from './list-nearest.ts';
import { shiftedCounts } from './shifted-counts.ts';
import { type PromptFeatures, squaredDistance } from './squared-distance.ts';

/**
 * An exact neighbour source over a pool of any size, by measuring every prompt against every other in float64 (size² ·
 * dimension / 2 steps, about 2 · 10⁹ a second; the worker is faster). Rows list min(neighbours, size) prompts.
 */
export function buildNeighbourSource(prompts: PromptFeatures, neighbours: number): NeighbourSource {
  const building = listNearest(prompts, neighbours);
  let step = building.next();
  while (!step.done) step = building.next();
  return neighbourSource(prompts, step.value);
}

/**
 * The same in turns of about half a second, between which others get the thread. Tells the share that is done.
 * @throws the reason of `signal` once that is aborted.
 */
export async function buildNeighbourSourceInTurns(
  prompts: PromptFeatures,
  neighbours: number,
  { signal, onShare }: { readonly signal?: AbortSignal | undefined; readonly onShare?: (share: number) => void },
): Promise<NeighbourSource> {
  const building = listNearest(prompts, neighbours);
  let step = building.next();
  for (; !step.done; step = building.next()) {
    onShare?.(step.value);
    await setImmediate();
    signal?.throwIfAborted();
  }
  return neighbourSource(prompts, step.value);
}

const neighbourSource = (prompts: PromptFeatures, graph: NeighbourGraph): NeighbourSource => ({
  graph,
  distances: async (queries) => distancesFrom(prompts, queries),
  shiftedCounts: async (remaining, acquired, radius) => shiftedCounts(prompts, { remaining, acquired, radius }),
});

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
