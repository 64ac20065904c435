import type { Copies } from '../../kernels/copies.ts';
import { graphCacheOf } from '../../kernels/graph-cache.ts';
import type { NeighbourGraph } from '../../policy.ts';

/** What is covered, and what each prompt would cover anew. */
export interface Coverage {
  /** Uncovered items each prompt covers (U), kept up to date. */
  readonly gains: Float64Array;
  /** Takes a prompt as picked; calls `onFall` with every prompt whose gain fell. */
  readonly cover: (prompt: number, onFall: (prompt: number) => void) => void;
}

/** Coverage after what is acquired; items of one prompt cover, and are covered, together. `extent` as in CoverageRows. */
export function createCoverage(graph: NeighbourGraph, extent: Int32Array, copies: Copies): Coverage {
  const { ids, neighbours, size } = graph;
  const { listedAt } = graphCacheOf(graph);
  const isCovered = new Uint8Array(size);
  const gains = new Float64Array(size);
  for (let prompt = 0; prompt < size; prompt++) {
    if (copies.acquired[prompt] === 0) continue;
    for (let rank = 0; rank < extent[prompt]!; rank++) isCovered[ids[prompt * neighbours + rank]!] = 1;
  }
  const open = copies.remaining.map((items, prompt) => (isCovered[prompt] === 1 ? 0 : items));
  for (let prompt = 0; prompt < size; prompt++) {
    for (let rank = 0; rank < extent[prompt]!; rank++) gains[prompt]! += open[ids[prompt * neighbours + rank]!]!;
  }
  return {
    gains,
    cover: (prompt, onFall) => {
      for (let rank = 0; rank < extent[prompt]!; rank++) {
        const other = ids[prompt * neighbours + rank]!;
        if (isCovered[other] === 1) continue;
        isCovered[other] = 1;
        loseFromGains(other, onFall);
      }
    },
  };

  function loseFromGains(covered: number, onFall: (prompt: number) => void): void {
    for (let at = listedAt.offsets[covered]!; at < listedAt.offsets[covered + 1]!; at++) {
      const position = listedAt.values[at]!;
      const lister = Math.floor(position / neighbours);
      if (position - lister * neighbours >= extent[lister]!) continue;
      gains[lister]! -= copies.remaining[covered]!;
      onFall(lister);
    }
  }
}
