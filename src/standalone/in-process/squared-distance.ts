/** Prompt features: float32, row-major, size × dimension, one row a distinct prompt. */
export interface PromptFeatures {
  readonly values: Float32Array;
  readonly dimension: number;
}

/** ‖a − b‖² of two rows, summed in float64 in a fixed order: the same bits whichever comes first. */
export function squaredDistance({ values, dimension }: PromptFeatures, a: number, b: number): number {
  const [startA, startB] = [a * dimension, b * dimension];
  let sum = 0;
  for (let axis = 0; axis < dimension; axis++) {
    const difference = values[startA + axis]! - values[startB + axis]!;
    sum += difference * difference;
  }
  return sum;
}
