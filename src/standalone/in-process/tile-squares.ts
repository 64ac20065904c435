/** Rows of a tile: nine sums are what the registers of a processor hold. */
export const TILE_ROWS = 3;

/** Three rows of a matrix (row-major, `dimension` float64 numbers a row), beginning at number `at`. */
export interface TileRows {
  readonly values: Float64Array;
  readonly dimension: number;
  readonly at: number;
}

/**
 * Adds the squared differences of the axes from `start` to before `end` to nine sums, one for each row of `x` with each
 * row of `y`. A sum grows axis by axis, so it ends as squaredDistance() has it, to the last bit.
 */
export function addTileSquares(
  sums: Float64Array,
  x: TileRows,
  y: TileRows,
  [start, end]: readonly [number, number],
): void {
  const { values: left, dimension } = x;
  const { values: right } = y;
  let s00 = sums[0]!;
  let s01 = sums[1]!;
  let s02 = sums[2]!;
  let s10 = sums[3]!;
  let s11 = sums[4]!;
  let s12 = sums[5]!;
  let s20 = sums[6]!;
  let s21 = sums[7]!;
  let s22 = sums[8]!;
  const [x0, x1, x2] = [x.at, x.at + dimension, x.at + 2 * dimension];
  const [y0, y1, y2] = [y.at, y.at + dimension, y.at + 2 * dimension];
  for (let axis = start; axis < end; axis++) {
    const a0 = left[x0 + axis]!;
    const a1 = left[x1 + axis]!;
    const a2 = left[x2 + axis]!;
    const b0 = right[y0 + axis]!;
    const b1 = right[y1 + axis]!;
    const b2 = right[y2 + axis]!;
    s00 += (a0 - b0) * (a0 - b0);
    s01 += (a0 - b1) * (a0 - b1);
    s02 += (a0 - b2) * (a0 - b2);
    s10 += (a1 - b0) * (a1 - b0);
    s11 += (a1 - b1) * (a1 - b1);
    s12 += (a1 - b2) * (a1 - b2);
    s20 += (a2 - b0) * (a2 - b0);
    s21 += (a2 - b1) * (a2 - b1);
    s22 += (a2 - b2) * (a2 - b2);
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s10;
  sums[4] = s11;
  sums[5] = s12;
  sums[6] = s20;
  sums[7] = s21;
  sums[8] = s22;
}
