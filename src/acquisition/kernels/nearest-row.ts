import { smallest } from '../../math/smallest.ts';
import type { NeighbourGraph } from '../policy.ts';

/** Rows of neighbours, each ascending by (distance, id), the prompt itself first; a graph is one, so is a single row. */
export type NeighbourRows = Pick<NeighbourGraph, 'neighbours' | 'ids' | 'distances' | 'radius'>;

/**
 * One row: the `keep` prompts nearest to `prompt`, itself first at 0, from its distances to all prompts (U); the
 * radius is the first distance left out, +inf when none is.
 */
export function nearestRow(distances: Float64Array, prompt: number, keep: number): NeighbourRows {
  const own = distances.slice();
  own[prompt] = -1;
  const nearest = smallest(own, keep + 1);
  const ids = nearest.slice(0, keep);
  return {
    neighbours: ids.length,
    ids,
    distances: Float64Array.from(ids, (id) => Math.max(0, own[id]!)),
    radius: Float64Array.of(nearest.length > keep ? own[nearest[keep]!]! : Infinity),
  };
}
