import type { Copies } from '../../kernels/copies.ts';
import type { PolicyContext } from '../../policy.ts';
import type { BallRule } from './balls.ts';
import { type NeighbourSwitches, neighbourWeights } from './neighbour-weights.ts';

/** The rule of this round's balls; where fewer than k neighbours are left all of them are used, and the run says so. */
export function ballRule(
  context: PolicyContext,
  copies: Copies,
  { k, switches }: { readonly k: number; readonly switches: NeighbourSwitches },
): BallRule {
  const weights = neighbourWeights(copies, switches);
  if (k > weights.available) context.note(fewNeighbours(context.round, k, weights.available));
  return { k: Math.min(k, weights.available), weights, copies };
}

const fewNeighbours = (round: number, k: number, available: number): string =>
  `In round ${round} an item has ${available} neighbours, fewer than k = ${k}: all of them are used`;
