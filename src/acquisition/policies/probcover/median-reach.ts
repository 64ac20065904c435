import type { NeighbourGraph } from '../../policy.ts';

/** Median over prompts (the lower of the middle two) of the distance to the `reach`-th nearest other, or the farthest listed. */
export function medianReach({ size, neighbours, distances }: NeighbourGraph, reach: number): number {
  const column = Math.min(reach, neighbours - 1);
  const reached = Float64Array.from({ length: size }, (_, prompt) => distances[prompt * neighbours + column]!);
  return reached.sort()[Math.floor((size - 1) / 2)]!;
}
