import { fetchDistances } from '../../kernels/fetch-distances.ts';
import type { NeighbourSource } from '../../policy.ts';
import { takeNearest } from './kept-nearest.ts';
import type { NearestAcquired } from './nearest-acquired.ts';

/** How long the lists are, and how many acquired prompts are compared with all others before a round's picks. */
export interface CountingRule {
  readonly k: number;
  readonly countedAtOnce: number;
}

/**
 * Lists that hold all that is `acquired` (items of every prompt, U) up to `countedAtOnce` new prompts; what is beyond
 * that stays uncounted, which is the case when a long run is resumed. At least k are counted while there are as many.
 */
export async function countAcquired(
  source: NeighbourSource,
  acquired: Int32Array,
  { k, countedAtOnce }: CountingRule,
): Promise<NearestAcquired> {
  const nearest = takeNearest(source.graph, k, acquired);
  const missing = (prompt: number): number => acquired[prompt]! - nearest.counted[prompt]! - nearest.uncounted[prompt]!;
  const fresh = Array.from(acquired.keys()).filter((prompt) => missing(prompt) > 0);
  const now = fresh.slice(0, Math.max(k, countedAtOnce));
  await fetchDistances(source, now, (prompt, row) => nearest.count(prompt, missing(prompt), row));
  nearest.enterAll();
  for (const prompt of fresh.slice(now.length)) nearest.leaveUncounted(prompt, missing(prompt));
  return nearest;
}
