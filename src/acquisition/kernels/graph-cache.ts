import type { NeighbourGraph } from '../policy.ts';
import { type Lists, listsOfSizes } from './copies.ts';
import type { NeighbourRows } from './nearest-row.ts';

/** What follows from a graph alone and is kept as long as the graph is: losing it costs time, nothing else. */
export interface GraphCache {
  /** For every prompt v, the positions in `graph.ids` that hold v, ascending: who lists v, and how far down. */
  readonly listedAt: Lists;
  /** Longer rows of the prompts whose row in the graph was once too short. */
  readonly longRows: Map<number, NeighbourRows>;
}

const CACHES = new WeakMap<NeighbourGraph, GraphCache>();

/** The cache of a graph, made on first use. */
export function graphCacheOf(graph: NeighbourGraph): GraphCache {
  const known = CACHES.get(graph);
  if (known) return known;
  const made = { listedAt: reverse(graph), longRows: new Map() };
  CACHES.set(graph, made);
  return made;
}

function reverse({ ids, size }: NeighbourGraph): Lists {
  const sizes = new Int32Array(size);
  for (let at = 0; at < ids.length; at++) sizes[ids[at]!]!++;
  const lists = listsOfSizes(sizes);
  const next = lists.offsets.slice();
  for (let at = 0; at < ids.length; at++) lists.values[next[ids[at]!]!++] = at;
  return lists;
}
