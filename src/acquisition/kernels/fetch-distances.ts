import { BalpmError } from '../../base/errors.ts';
import type { NeighbourSource } from '../policy.ts';

// Distances held at once: 4 million, 32 MB.
const BLOCK_DISTANCES = 1 << 22;

/** How many prompts' distances to all `size` prompts make a block. */
export const blockOf = (size: number): number => Math.max(1, Math.floor(BLOCK_DISTANCES / size));

/**
 * Fetches the distances of some prompts to all, a block at a time, and hands on each row (U) in order; a row is part
 * of its block's memory.
 */
export async function fetchDistances(
  source: NeighbourSource,
  prompts: readonly number[],
  visit: (prompt: number, distances: Float64Array) => void,
): Promise<void> {
  const { size } = source.graph;
  const block = blockOf(size);
  for (let first = 0; first < prompts.length; first += block) {
    const queries = Int32Array.from(prompts.slice(first, first + block));
    const distances = await source.distances(queries);
    if (distances.length !== queries.length * size) throw wrongDistances(distances.length, queries.length * size);
    queries.forEach((prompt, query) => visit(prompt, distances.subarray(query * size, (query + 1) * size)));
  }
}

const wrongDistances = (found: number, needed: number): BalpmError =>
  new BalpmError('internal', `Cannot compare prompts: ${found} distances came back, ${needed} are needed`);
