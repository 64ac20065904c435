import { quantile } from '../math/quantile.ts';
import { smallest } from '../math/smallest.ts';
import { drawWithoutReplacement, openStream } from '../random/stream.ts';

/** A prompt and those nearest to it in the space of prompt features, nearest first. */
export interface Neighbourhood {
  readonly row: number;
  readonly neighbours: readonly { readonly row: number; readonly distance: number }[];
  /** Median Euclidean distance to all other prompts. */
  readonly median: number;
}

const PROMPTS = 5;
const NEIGHBOURS = 5;

/** Five rows, ascending, always the same ones of so many; all of them where there are fewer. */
export const drawPrompts = (rows: number): number[] =>
  drawWithoutReplacement(openStream(['features-quality', 'neighbours']), [...Array(rows).keys()], PROMPTS).toSorted(
    (left, right) => left - right,
  );

/** The five nearest rows to `row` by its distances to every row, the earlier row on ties; it is none of them itself. */
export function neighbourhoodOf(row: number, distances: Float64Array): Neighbourhood {
  const others = distances.slice();
  others[row] = Number.POSITIVE_INFINITY;
  const nearest = [...smallest(others, Math.min(NEIGHBOURS, others.length - 1))];
  return {
    row,
    neighbours: nearest.map((other) => ({ row: other, distance: distances[other]! })),
    median: others.length < 2 ? 0 : quantile(others.sort().subarray(0, -1), 0.5),
  };
}
