/** Positions first..end−1 of four rows of distances, and what they are compared with. */
export interface Comparison {
  readonly bounds: Float64Array;
  readonly rows: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  readonly first: number;
  readonly end: number;
}

/**
 * Writes the positions at which any of the rows is below the bound into `found`, ascending, and returns how many. A
 * loop that calls nothing: the engine then keeps all it needs in registers.
 */
export function findBelow({ bounds, rows: [a, b, c, d], first, end }: Comparison, found: Int32Array): number {
  let count = 0;
  for (let position = first; position < end; position++) {
    const bound = bounds[position]!;
    if (a[position]! < bound || b[position]! < bound || c[position]! < bound || d[position]! < bound) {
      found[count] = position;
      count++;
    }
  }
  return count;
}
