import type { DType } from '../protocol/tensor.ts';

/** Element types as JavaScript holds them; float16 and bfloat16 are their bits. */
export interface ArrayOfDType {
  readonly float32: Float32Array;
  readonly float16: Uint16Array;
  readonly bfloat16: Uint16Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

/** An array that crosses the wire: its values in row-major order. */
export type Tensor = {
  readonly [D in DType]: { readonly dtype: D; readonly shape: readonly number[]; readonly values: ArrayOfDType[D] };
}[DType];

/** Tensors of one message by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** An int32 tensor; without a shape a vector. Example: `int32Tensor(rows)`, `int32Tensor(pairs, [n, 2])`. */
export const int32Tensor = (values: Int32Array, shape: readonly number[] = [values.length]): Tensor => ({
  dtype: 'int32',
  shape,
  values,
});

/** A float64 tensor; without a shape a vector. */
export const float64Tensor = (values: Float64Array, shape: readonly number[] = [values.length]): Tensor => ({
  dtype: 'float64',
  shape,
  values,
});

/** A float32 tensor; without a shape a vector. */
export const float32Tensor = (values: Float32Array, shape: readonly number[] = [values.length]): Tensor => ({
  dtype: 'float32',
  shape,
  values,
});

/**
 * The values of a tensor that must be there with that element type. Example: `valuesOf(tensors, 'logits', 'float32')`.
 * @throws Error naming the tensor when it is missing or of another type.
 */
export function valuesOf<D extends DType>(tensors: Tensors, name: string, dtype: D): ArrayOfDType[D] {
  const tensor = tensors[name];
  if (tensor?.dtype !== dtype) {
    throw new Error(`Cannot use tensor '${name}': ${tensor?.dtype ?? 'nothing'} came, ${dtype} is needed`);
  }
  return tensor.values as ArrayOfDType[D];
}
