import { blockOf, fetchDistances } from '../../kernels/fetch-distances.ts';
import type { NeighbourSource } from '../../policy.ts';

type Rows = ReadonlyMap<number, Float64Array>;

/** Distances of prompts to all others, fetched some at a time; the latest are at hand. */
export interface DistanceRows {
  /** Prompts a call, at most. */
  readonly block: number;
  /** The row (U) of a prompt, when it is at hand. */
  readonly get: (prompt: number) => Float64Array | undefined;
  /** Fetches the first `block` of some prompts that are not at hand; the oldest rows beyond two blocks are let go. */
  readonly fetch: (prompts: readonly number[]) => Promise<void>;
}

/** Rows from a source; a block is 32 MB unless told otherwise. */
export function createDistanceRows(source: NeighbourSource, block = blockOf(source.graph.size)): DistanceRows {
  const fetched: Rows[] = [];
  const get = (prompt: number): Float64Array | undefined => fetched.find((rows) => rows.has(prompt))?.get(prompt);
  return {
    block,
    get,
    fetch: async (prompts) => {
      const rows = new Map<number, Float64Array>();
      const missing = [...new Set(prompts)].filter((prompt) => get(prompt) === undefined).slice(0, block);
      await fetchDistances(source, missing, (prompt, row) => rows.set(prompt, row));
      fetched.unshift(rows);
      while (held() > 2 * block) fetched.pop();
    },
  };

  function held(): number {
    return fetched.reduce((sum, rows) => sum + rows.size, 0);
  }
}
