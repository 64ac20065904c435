import { blockOf, fetchDistances } from '../ksg/fetch-distances.ts';
import type { NeighbourSource } from '../policy.ts';

type Rows = ReadonlyMap<number, Float64Array>;

/** Distances of prompts to all others, fetched a block at a time; those of the last two blocks are at hand. */
export interface DistanceRows {
  /** Prompts a block. */
  readonly block: number;
  readonly has: (prompt: number) => boolean;
  /** The row (U) of a prompt, with up to a block of `others` when it must be fetched. */
  readonly read: (prompt: number, others: () => readonly number[]) => Promise<Float64Array>;
}

/** Rows from a source; at most two blocks of `block` rows are held (32 MB each unless told otherwise). */
export function createDistanceRows(source: NeighbourSource, block = blockOf(source.graph.size)): DistanceRows {
  let recent: Rows = new Map();
  let older: Rows = new Map();
  const has = (prompt: number): boolean => recent.has(prompt) || older.has(prompt);
  return {
    block,
    has,
    read: async (prompt, others) => {
      if (!has(prompt)) await fetch([...new Set([prompt, ...others().filter((other) => !has(other))])]);
      return recent.get(prompt) ?? older.get(prompt)!;
    },
  };

  async function fetch(prompts: readonly number[]): Promise<void> {
    const rows = new Map<number, Float64Array>();
    await fetchDistances(source, prompts.slice(0, block), (prompt, row) => rows.set(prompt, row));
    older = recent;
    recent = rows;
  }
}
