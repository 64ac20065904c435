import { z } from 'zod';
import { Digest, Identifier } from './text.ts';

/** Element types that may cross the wire, little-endian. */
export const DType = z.enum(['float32', 'float16', 'bfloat16', 'float64', 'int32', 'int64', 'uint8', 'bool']);
export type DType = z.infer<typeof DType>;

/** Bytes of one element. */
export const ITEM_SIZE: Readonly<Record<DType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
};

/** Where a tensor's bytes are: a frame of the same message, or a file both sides can read. */
const TensorLocation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('frame'), frame: z.int().min(0).max(63) }).meta({ id: 'FrameLocation' }),
  z
    .strictObject({
      kind: z.literal('file'),
      path: z.string().min(1),
      offset: z.int().min(0),
      /** Of the tensor's bytes; null for a file in shared memory, which no disk can damage. */
      sha256: Digest.nullable(),
    })
    .meta({ id: 'FileLocation' }),
]);

/** A named array in row-major order; `nbytes` must equal the product of `shape` times the item size. */
export const TensorSpec = z
  .strictObject({
    name: Identifier,
    dtype: DType,
    shape: z.array(z.int().min(0)).max(8),
    order: z.literal('C'),
    nbytes: z.int().min(0),
    loc: TensorLocation,
  })
  .meta({ id: 'TensorSpec' });
export type TensorSpec = z.infer<typeof TensorSpec>;
