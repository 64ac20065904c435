import type { Copies } from '../../kernels/copies.ts';
import type { KsgSwitches } from './switches.ts';

/** How many neighbours each prompt stands for when the k nearest are counted. */
export interface NeighbourWeights {
  /** Neighbours a prompt is to others (U); 0 when it is out of scope. */
  readonly weight: Int32Array;
  /** Taken from a prompt's own weight when it counts its own neighbours: the item itself, unless it counts. */
  readonly selfDiscount: 0 | 1;
  /** Neighbours every item with a prompt in the pool has; no larger k can be met. */
  readonly available: number;
}

/** The switches that decide what a neighbour is. */
export type NeighbourSwitches = Pick<KsgSwitches, 'neighbourScope' | 'selfCounts' | 'duplicates'>;

/** Weights under the switches of scope, duplicates and self. */
export function neighbourWeights(copies: Copies, switches: NeighbourSwitches): NeighbourWeights {
  const weight = copies.remaining.slice();
  const selfDiscount = switches.selfCounts ? 0 : 1;
  let total = 0;
  for (let prompt = 0; prompt < weight.length; prompt++) {
    if (switches.neighbourScope === 'all') weight[prompt]! += copies.acquired[prompt]!;
    if (switches.duplicates === 'distinct') weight[prompt] = Math.min(1, weight[prompt]!);
    total += weight[prompt]!;
  }
  return { weight, selfDiscount, available: total - selfDiscount };
}
