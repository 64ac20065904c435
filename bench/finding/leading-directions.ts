const MOST_STEPS = 5000;

/** Rows of equal length, row-major: N × dimension. */
export interface Rows {
  readonly values: Float64Array;
  readonly dimension: number;
}

/**
 * The first two directions in which some rows vary: eigenvectors of the mean of x·xᵀ (no mean is taken away, since a pair may
 * be turned around), by orthogonal iteration. The largest entry of each is positive. 2 × dimension.
 */
export function leadingDirections(rows: Rows): readonly [Float64Array, Float64Array] {
  const { dimension } = rows;
  const moments = secondMoments(rows);
  let [first, second] = [start(dimension, 0), start(dimension, 1)];
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = orthonormal(product(moments, first), product(moments, second));
    const moved = distance(next[0], first) + distance(next[1], second);
    [first, second] = next;
    if (moved < 1e-12) break;
  }
  return [upright(first), upright(second)];
}

function secondMoments({ values, dimension }: Rows): Float64Array {
  const moments = new Float64Array(dimension * dimension);
  for (let row = 0; row < values.length; row += dimension) {
    for (let one = 0; one < dimension; one++) {
      const factor = values[row + one]!;
      const target = one * dimension;
      for (let other = 0; other < dimension; other++) moments[target + other]! += factor * values[row + other]!;
    }
  }
  return moments;
}

/** Two starts that are not orthogonal to anything in particular. */
const start = (dimension: number, which: number): Float64Array =>
  Float64Array.from({ length: dimension }, (_value, index) => Math.cos((which + 1) * (index + 1) ** 1.5));

function product(matrix: Float64Array, vector: Float64Array): Float64Array {
  const dimension = vector.length;
  return vector.map((_value, row) => {
    let sum = 0;
    for (let column = 0; column < dimension; column++) sum += matrix[row * dimension + column]! * vector[column]!;
    return sum;
  });
}

function orthonormal(first: Float64Array, second: Float64Array): [Float64Array, Float64Array] {
  const one = unit(first);
  const share = dot(one, second);
  return [one, unit(second.map((value, index) => value - share * one[index]!))];
}

/** A vector of length 1; one that is nearly 0 stays. */
function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

const dot = (one: Float64Array, other: Float64Array): number =>
  one.reduce((sum, value, index) => sum + value * other[index]!, 0);

const distance = (one: Float64Array, other: Float64Array): number =>
  one.reduce((largest, value, index) => Math.max(largest, Math.abs(value - other[index]!)), 0);

function upright(vector: Float64Array): Float64Array {
  const largest = vector.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}
