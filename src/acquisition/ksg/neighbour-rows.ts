import type { NeighbourGraph } from '../policy.ts';

/** A prompt's neighbours, ascending by (distance, id), itself first; everything nearer than `radius` is listed. */
export interface NeighbourRow {
  readonly ids: Int32Array;
  readonly distances: Float64Array;
  readonly radius: number;
}

/** Longer rows for the prompts whose row in the graph is too short; a row stays right for as long as the graph. */
export type LongRows = Map<number, NeighbourRow>;

const LONG_ROWS = new WeakMap<NeighbourGraph, LongRows>();

/** The long rows found so far for a graph: only a cache, a lost one is fetched again. */
export function longRowsOf(graph: NeighbourGraph): LongRows {
  const known = LONG_ROWS.get(graph) ?? new Map();
  LONG_ROWS.set(graph, known);
  return known;
}
