/** Rows of numbers in float64, row-major, size × dimension. */
export interface Vectors {
  readonly values: Float64Array;
  readonly dimension: number;
  readonly size: number;
}

/** Rows as vectors, each multiplied by its own scale when there is one. */
export function vectorsOf(rows: Float32Array, dimension: number, scale: Float64Array | null = null): Vectors {
  const values = Float64Array.from(rows);
  if (scale) {
    for (let index = 0; index < values.length; index++) values[index]! *= scale[Math.floor(index / dimension)]!;
  }
  return { values, dimension, size: values.length / dimension };
}

/** ‖a_i − b_j‖², summed in a fixed order. */
export function squareBetween(a: Vectors, i: number, b: Vectors, j: number): number {
  const [startA, startB] = [i * a.dimension, j * b.dimension];
  let sum = 0;
  for (let axis = 0; axis < a.dimension; axis++) {
    const difference = a.values[startA + axis]! - b.values[startB + axis]!;
    sum += difference * difference;
  }
  return sum;
}
