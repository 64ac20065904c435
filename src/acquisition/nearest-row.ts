import { smallest } from '../math/smallest.ts';
import type { NeighbourRow } from './ksg/neighbour-rows.ts';

/**
 * The `keep` prompts nearest to `prompt`, itself first at 0, then ascending by (distance, id), from its distances to
 * all prompts (U); the radius is the first distance left out, +inf when none is.
 */
export function nearestRow(distances: Float64Array, prompt: number, keep: number): NeighbourRow {
  const own = distances.slice();
  own[prompt] = -1;
  const nearest = smallest(own, keep + 1);
  const ids = nearest.slice(0, keep);
  const listed = Float64Array.from(ids, (id) => Math.max(0, own[id]!));
  return { ids, distances: listed, radius: nearest.length > keep ? own[nearest[keep]!]! : Infinity };
}
