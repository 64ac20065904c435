import { LIMITS } from '../../protocol/envelope.ts';
import { type DType, ITEM_SIZE, type TensorSpec } from '../../protocol/tensor.ts';
import { tooLarge } from '../wire/frames.ts';
import { WorkerFailure } from '../worker-failure.ts';
import type { Tensor, Tensors } from './tensor.ts';

const ARRAY_OF = {
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** What a header says about a tensor, but for the place it is in. */
export type TensorDescription = Omit<TensorSpec, 'loc'>;

/** Describes the tensors of one message. @throws WorkerFailure TOO_LARGE for more than `LIMITS.frameCount`, Error for a wrong shape. */
export function describeTensors(tensors: Tensors, what: string): TensorDescription[] {
  const entries = Object.entries(tensors);
  if (entries.length > LIMITS.frameCount) throw tooLarge(what, `it has ${entries.length} tensors`, LIMITS.frameCount);
  return entries.map(([name, tensor]) => describe(name, tensor));
}

/** A tensor over the frame it came in, without a copy. @throws Error when sizes do not agree. */
export function decodeTensor(spec: TensorSpec, frame: Buffer | undefined): Tensor {
  const size = checkSize(spec);
  if (frame?.length !== size) {
    throw new Error(`tensor '${spec.name}': ${size} bytes are needed, the frame has ${frame?.length ?? 'not come'}`);
  }
  // Small frames may lie unaligned inside a larger buffer: those are copied.
  const aligned = frame.byteOffset % ITEM_SIZE[spec.dtype] === 0 ? frame : new Uint8Array(frame);
  return viewTensor(spec, aligned.buffer as ArrayBuffer, aligned.byteOffset);
}

/** A tensor over its bytes, which begin at `byteOffset`, a multiple of the item's size. */
export function viewTensor({ dtype, shape, nbytes }: TensorDescription, bytes: ArrayBuffer, byteOffset = 0): Tensor {
  return { dtype, shape, values: new ARRAY_OF[dtype](bytes, byteOffset, nbytes / ITEM_SIZE[dtype]) } as Tensor;
}

/** The bytes a tensor takes. @throws Error when its shape and its `nbytes` do not agree. */
export function checkSize({ name, dtype, shape, nbytes }: TensorDescription): number {
  const expected = product(shape) * ITEM_SIZE[dtype];
  if (nbytes === expected) return expected;
  throw new Error(`tensor '${name}': shape [${shape.join(', ')}] needs ${expected} bytes, the header says ${nbytes}`);
}

function describe(name: string, { dtype, shape, values }: Tensor): TensorDescription {
  if (product(shape) !== values.length) {
    throw new WorkerFailure(
      'INVALID_ARGUMENT',
      `Cannot send tensor '${name}': shape [${shape.join(', ')}] does not hold ${values.length} values, one that does is needed`,
    );
  }
  return { name, dtype, shape: [...shape], order: 'C', nbytes: values.byteLength };
}

const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
