import type { Trail } from '../../acquisition/policy.ts';
import { type BalpmError, dataError } from '../../base/errors.ts';
import { firstLargest } from './first-largest.ts';
import type { Vectors } from './vectors.ts';

/** A greedy choice over vectors: see `LogDetRequest`. Vectors carry the square roots of their weights already. */
export interface LogDetChoice {
  readonly candidates: Vectors;
  readonly known: Vectors;
  readonly ridge: number;
  readonly picks: number;
}

/**
 * Greedy D-optimal design: each pick has the largest ln det(M + x·xᵀ) − ln det M = ln(1 + xᵀ·M⁻¹·x), M holding the
 * ridge, the known vectors and the picks before. With z = L⁻¹·x, M₀ = L·Lᵀ, a pivoted Cholesky factorisation of
 * I + ZᵀZ gives every growth without M⁻¹, so nothing drifts.
 */
export function greedyLogDet({ candidates, known, ridge, picks }: LogDetChoice): Trail {
  const whitened = whiten(candidates, factorise(informationOf(known, ridge, candidates.dimension)));
  const { size } = candidates;
  const positions = new Int32Array(Math.min(picks, size));
  const values = new Float64Array(positions.length);
  const leverage = Float64Array.from({ length: size }, (_, position) => dot(whitened, position, position));
  const columns: Float64Array[] = [];
  for (let pick = 0; pick < positions.length; pick++) {
    const position = firstLargest(leverage);
    positions[pick] = position;
    values[pick] = Math.log1p(leverage[position]!);
    columns.push(reduce(whitened, leverage, columns, position));
  }
  return { positions, values };
}

/** Conditions every leverage on one more pick; gives the new column of the factorisation. */
function reduce(
  whitened: Vectors,
  leverage: Float64Array,
  columns: readonly Float64Array[],
  pick: number,
): Float64Array {
  const scale = 1 / Math.sqrt(1 + leverage[pick]!);
  leverage[pick] = NaN;
  return leverage.map((value, position) => {
    let product = dot(whitened, position, pick);
    for (const column of columns) product -= column[position]! * column[pick]!;
    const entry = product * scale;
    leverage[position] = Number.isNaN(value) ? NaN : Math.max(0, value - entry * entry);
    return entry;
  });
}

/** ridge·I + Σ x·xᵀ, row-major. */
function informationOf({ values, size }: Vectors, ridge: number, dimension: number): Float64Array {
  const matrix = new Float64Array(dimension * dimension);
  for (let axis = 0; axis < dimension; axis++) matrix[axis * dimension + axis] = ridge;
  for (let row = 0; row < size; row++) {
    const x = values.subarray(row * dimension, (row + 1) * dimension);
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < dimension; j++) matrix[i * dimension + j]! += x[i]! * x[j]!;
    }
  }
  return matrix;
}

/** The lower Cholesky factor of a positive definite matrix. @throws BalpmError (data) when it is not in rounding. */
function factorise(matrix: Float64Array): Float64Array {
  const dimension = Math.sqrt(matrix.length);
  const lower = new Float64Array(matrix.length);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * dimension + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * dimension + k]! * lower[j * dimension + k]!;
      if (i === j && !(sum > 0)) throw lostRidge();
      lower[i * dimension + j] = i === j ? Math.sqrt(sum) : sum / lower[j * dimension + j]!;
    }
  }
  return lower;
}

/** L⁻¹·x of every vector. */
function whiten({ values, dimension, size }: Vectors, lower: Float64Array): Vectors {
  const whitened = values.slice();
  for (let row = 0; row < size; row++) {
    const z = whitened.subarray(row * dimension, (row + 1) * dimension);
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < i; j++) z[i]! -= lower[i * dimension + j]! * z[j]!;
      z[i]! /= lower[i * dimension + i]!;
    }
  }
  return { values: whitened, dimension, size };
}

function dot({ values, dimension }: Vectors, i: number, j: number): number {
  const [startI, startJ] = [i * dimension, j * dimension];
  let sum = 0;
  for (let axis = 0; axis < dimension; axis++) sum += values[startI + axis]! * values[startJ + axis]!;
  return sum;
}

const lostRidge = (): BalpmError =>
  dataError('Cannot choose by information: its matrix is not positive definite in rounding, a larger ridge is needed');
