import { type Lists, listsOfSizes } from '../../kernels/copies.ts';
import { graphCacheOf } from '../../kernels/graph-cache.ts';
import type { NeighbourGraph } from '../../policy.ts';
import type { Balls } from './balls.ts';

/** Calls `visit` with every prompt whose ball holds `prompt`, in a fixed order. */
export type Reach = (prompt: number, visit: (prompt: number) => void) => void;

/** The reverse of `balls`: whom an acquired item of a prompt concerns. */
export function createReach(graph: NeighbourGraph, balls: Balls): Reach {
  const { listedAt } = graphCacheOf(graph);
  const wide = reverseWide(balls, graph.size);
  return (prompt, visit) => {
    for (let at = listedAt.offsets[prompt]!; at < listedAt.offsets[prompt + 1]!; at++) {
      const position = listedAt.values[at]!;
      const lister = Math.floor(position / graph.neighbours);
      if (position - lister * graph.neighbours < balls.extent[lister]!) visit(lister);
    }
    if (!wide) return;
    for (let at = wide.offsets[prompt]!; at < wide.offsets[prompt + 1]!; at++) visit(wide.values[at]!);
  };
}

function reverseWide({ wide }: Balls, size: number): Lists | null {
  if (wide.size === 0) return null;
  const sizes = new Int32Array(size);
  for (const ball of wide.values()) for (const member of ball) sizes[member]!++;
  const lists = listsOfSizes(sizes);
  const next = lists.offsets.slice();
  for (const [prompt, ball] of wide) for (const member of ball) lists.values[next[member]!++] = prompt;
  return lists;
}
