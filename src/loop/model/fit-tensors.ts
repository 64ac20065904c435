import { float64Tensor, int32Tensor, type Tensor, type Tensors } from '../../worker/tensors/tensor.ts';
import type { Comparisons } from '../problem/comparisons.ts';

/**
 * What posterior.fit learns from: `labelled` and `validation`, int32 n × 2 rows (first, second). `targets` (p(first
 * preferred)) and `weights`, float64 n, and `validationTargets` and `validationWeights` are left out where all are 1, so
 * that hard labels of equal weight are asked as they always were.
 */
export function fitTensors(labelled: Comparisons, validation: Comparisons): Tensors {
  return {
    labelled: pairTensor(labelled.rows),
    validation: pairTensor(validation.rows),
    ...unlessOnes('targets', labelled.targets),
    ...unlessOnes('weights', labelled.weights),
    ...unlessOnes('validationTargets', validation.targets),
    ...unlessOnes('validationWeights', validation.weights),
  };
}

/** Rows n × 2. */
export const pairTensor = (rows: Int32Array): Tensor => int32Tensor(rows, [rows.length / 2, 2]);

const unlessOnes = (name: string, values: Float64Array): Tensors =>
  values.every((value) => value === 1) ? {} : { [name]: float64Tensor(values, [values.length]) };
