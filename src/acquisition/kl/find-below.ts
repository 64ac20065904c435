/** Eight rows of distances. */
export type EightRows = readonly [...FourRows, ...FourRows];
type FourRows = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** Positions first..end−1 of eight rows of distances, and what they are compared with. */
export interface Comparison {
  readonly bounds: Float64Array;
  readonly rows: EightRows;
  readonly first: number;
  readonly end: number;
}

/**
 * Writes the positions at which any of the rows is below the bound into `found`, ascending, and returns how many. A
 * loop that calls nothing: the engine then keeps all it needs in registers.
 */
export function findBelow({ bounds, rows, first, end }: Comparison, found: Int32Array): number {
  const [a, b, c, d, e, f, g, h] = rows;
  let count = 0;
  for (let at = first; at < end; at++) {
    const bound = bounds[at]!;
    const isBelow =
      a[at]! < bound || b[at]! < bound || c[at]! < bound || d[at]! < bound ||
      e[at]! < bound || f[at]! < bound || g[at]! < bound || h[at]! < bound;
    if (isBelow) {
      found[count] = at;
      count++;
    }
  }
  return count;
}
