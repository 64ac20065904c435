import type { NeighbourGraph } from '../../policy.ts';

/** How many first entries of its row each prompt covers (U), and how many prompts may have more within the radius. */
export interface CoverageRows {
  readonly extent: Int32Array;
  readonly truncated: number;
}

/** The prompts within `radius` (<=) of each, itself included, but at most the `most` nearest. */
export function coverageRows(graph: NeighbourGraph, radius: number, most: number): CoverageRows {
  const listed = Math.min(graph.neighbours, most);
  let truncated = 0;
  const extent = Int32Array.from({ length: graph.size }, (_, prompt) => {
    const start = prompt * graph.neighbours;
    let within = 0;
    while (within < listed && graph.distances[start + within]! <= radius) within++;
    if (within === listed && nextDistance(graph, prompt, listed) <= radius) truncated++;
    return within;
  });
  return { extent, truncated };
}

/** The least distance a prompt that is not among the first `listed` can have. */
function nextDistance({ neighbours, distances, radius }: NeighbourGraph, prompt: number, listed: number): number {
  return listed < neighbours ? distances[prompt * neighbours + listed]! : radius[prompt]!;
}
