import type { Copies } from '../ksg/copies.ts';
import { graphCacheOf } from '../ksg/graph-cache.ts';
import type { NeighbourGraph } from '../policy.ts';

/** What is covered, and what each prompt would cover anew. */
export interface Coverage {
  /** Uncovered items each prompt covers (U), kept up to date. */
  readonly gains: Float64Array;
  /** Takes a prompt as picked; calls `onFall` with every prompt whose gain fell. */
  readonly cover: (prompt: number, onFall: (prompt: number) => void) => void;
}

/** Coverage after what is acquired; items of one prompt cover, and are covered, together. `extent` as in CoverageRows. */
export function createCoverage(graph: NeighbourGraph, extent: Int32Array, copies: Copies): Coverage {
  const { listedAt } = graphCacheOf(graph);
  const isCovered = new Uint8Array(graph.size);
  const gains = new Float64Array(graph.size);
  copies.acquired.forEach((items, prompt) => {
    if (items > 0) visitCovered(prompt, (other) => void (isCovered[other] = 1));
  });
  for (let prompt = 0; prompt < graph.size; prompt++) {
    visitCovered(prompt, (other) => {
      if (isCovered[other] === 0) gains[prompt]! += copies.remaining[other]!;
    });
  }
  return {
    gains,
    cover: (prompt, onFall) => {
      visitCovered(prompt, (other) => {
        if (isCovered[other] === 1) return;
        isCovered[other] = 1;
        loseFromGains(other, onFall);
      });
    },
  };

  function visitCovered(prompt: number, visit: (other: number) => void): void {
    const start = prompt * graph.neighbours;
    for (let at = start; at < start + extent[prompt]!; at++) visit(graph.ids[at]!);
  }

  function loseFromGains(covered: number, onFall: (prompt: number) => void): void {
    for (let at = listedAt.offsets[covered]!; at < listedAt.offsets[covered + 1]!; at++) {
      const position = listedAt.values[at]!;
      const lister = Math.floor(position / graph.neighbours);
      if (position - lister * graph.neighbours >= extent[lister]!) continue;
      gains[lister]! -= copies.remaining[covered]!;
      onFall(lister);
    }
  }
}
