import type { NeighbourGraph } from '../../policy.ts';

/** Mean distance of every prompt (U) to its `k` nearest others, to all that are listed when there are fewer; 0 alone. */
export function meanDistances({ size, neighbours, distances }: NeighbourGraph, k: number): Float64Array {
  const counted = Math.min(k, neighbours - 1);
  return Float64Array.from({ length: size }, (_, prompt) => {
    let sum = 0;
    for (let rank = 1; rank <= counted; rank++) sum += distances[prompt * neighbours + rank]!;
    return counted === 0 ? 0 : sum / counted;
  });
}
