import type { DType } from '../../protocol/tensor.ts';

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

/** An array of one element type. */
interface TensorOf<D extends DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly values: ArrayOfDType[D];
}

/** An array that crosses the wire: its values in row-major order, one a place of the shape. */
export type Tensor = { readonly [D in DType]: TensorOf<D> }[DType];

/** Tensors of one message by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Makes an array for the wire: its values in row-major order and their shape, by default a vector's. The values are not
 * copied and must not change while a call uses them. Example: `float32Tensor(scores)`, `int32Tensor(pairs, [n, 2])`.
 */
type MakeTensor<D extends DType> = (values: ArrayOfDType[D], shape?: readonly number[]) => TensorOf<D>;

/** A float32 tensor; without a shape a vector. */
export const float32Tensor: MakeTensor<'float32'> = (values, shape = [values.length]) => ({
  dtype: 'float32',
  shape,
  values,
});

/** A float64 tensor; without a shape a vector. */
export const float64Tensor: MakeTensor<'float64'> = (values, shape = [values.length]) => ({
  dtype: 'float64',
  shape,
  values,
});

/** An int32 tensor; without a shape a vector. Example: `int32Tensor(rows)`, `int32Tensor(pairs, [n, 2])`. */
export const int32Tensor: MakeTensor<'int32'> = (values, shape = [values.length]) => ({
  dtype: 'int32',
  shape,
  values,
});

/** An int64 tensor; without a shape a vector. */
export const int64Tensor: MakeTensor<'int64'> = (values, shape = [values.length]) => ({
  dtype: 'int64',
  shape,
  values,
});

/** A uint8 tensor; without a shape a vector. */
export const uint8Tensor: MakeTensor<'uint8'> = (values, shape = [values.length]) => ({
  dtype: 'uint8',
  shape,
  values,
});

/** A bool tensor of bytes 0 and 1; without a shape a vector. */
export const boolTensor: MakeTensor<'bool'> = (values, shape = [values.length]) => ({ dtype: 'bool', shape, values });

/** A float16 tensor of its bits; without a shape a vector. */
export const float16Tensor: MakeTensor<'float16'> = (values, shape = [values.length]) => ({
  dtype: 'float16',
  shape,
  values,
});

/** A bfloat16 tensor of its bits, which Python gets as uint16; without a shape a vector. */
export const bfloat16Tensor: MakeTensor<'bfloat16'> = (values, shape = [values.length]) => ({
  dtype: 'bfloat16',
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
