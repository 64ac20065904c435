import type { Trail } from '../../acquisition/policy.ts';
import { drawByWeight } from './draw-by-weight.ts';
import { firstLargest } from './first-largest.ts';
import { squareBetween, type Vectors } from './vectors.ts';

/** A walk over vectors: see `SpreadRequest`. */
export interface Spread {
  readonly candidates: Vectors;
  readonly centres: Vectors;
  readonly picks: number;
  readonly draws: Float64Array | null;
}

/** Farthest-first traversal (Gonzalez 1985), or k-means++ seeding (Arthur and Vassilvitskii 2007) when there are draws. */
export function spread({ candidates, centres, picks, draws }: Spread): Trail {
  const squares = new Float64Array(candidates.size).fill(Infinity);
  for (let centre = 0; centre < centres.size; centre++) approach(squares, candidates, centres, centre);
  const positions = new Int32Array(Math.min(picks, candidates.size));
  const values = new Float64Array(positions.length);
  for (let pick = 0; pick < positions.length; pick++) {
    const position = draws ? drawByWeight(squares, draws[pick]!) : firstLargest(squares);
    positions[pick] = position;
    values[pick] = Math.sqrt(squares[position]!);
    squares[position] = NaN;
    approach(squares, candidates, candidates, position);
  }
  return { positions, values };
}

/** Takes the distance to one more centre into the squared distances to the nearest; NaN stays. */
function approach(squares: Float64Array, candidates: Vectors, centres: Vectors, centre: number): void {
  for (let position = 0; position < squares.length; position++) {
    const square = squareBetween(candidates, position, centres, centre);
    if (square < squares[position]!) squares[position] = square;
  }
}
