import type { NeighbourGraph } from '../../policy.ts';
import { createNearestAcquired, type NearestAcquired } from './nearest-acquired.ts';

const KEPT = new WeakMap<NeighbourGraph, NearestAcquired>();

/**
 * The lists kept with a graph when they lead to `acquired` (items counted for every prompt, U), else new ones. They
 * are taken: nobody else has them until they are kept again. Losing them costs time, nothing else.
 */
export function takeNearest(graph: NeighbourGraph, k: number, acquired: Int32Array): NearestAcquired {
  const kept = KEPT.get(graph);
  KEPT.delete(graph);
  return kept?.k === k && leadsTo(kept, acquired) ? kept : createNearestAcquired(graph.size, k);
}

/** Keeps the lists for the next round: one set a graph. */
export function keepNearest(graph: NeighbourGraph, nearest: NearestAcquired): void {
  KEPT.set(graph, nearest);
}

const leadsTo = ({ counted, uncounted }: NearestAcquired, acquired: Int32Array): boolean =>
  acquired.every((copies, prompt) => counted[prompt]! + uncounted[prompt]! <= copies);
