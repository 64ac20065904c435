import { endianness } from 'node:os';
import { LIMITS, MAGIC } from '../../protocol/envelope.ts';
import { type DType, ITEM_SIZE, type TensorSpec } from '../../protocol/tensor.ts';
import type { Tensor, Tensors } from '../tensors/tensor.ts';
import { WorkerFailure } from '../worker-failure.ts';

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

const MARK = Buffer.from(MAGIC);

if (endianness() !== 'LE')
  throw new Error('Cannot talk to a worker: this machine is big-endian, little-endian is needed');

/**
 * The frames of one message: mark, header, one frame for each tensor (see packTensors).
 * @throws WorkerFailure TOO_LARGE beyond the limits of the wire; a receiver would drop the message without a word.
 */
export function encodeMessage(header: object, tensors: Tensors, what: string): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  if (text.length > LIMITS.headerBytes)
    throw tooLarge(what, `its header takes ${text.length} bytes`, LIMITS.headerBytes);
  return [MARK, text, ...Object.values(tensors).map(bytesOf)];
}

/** What a header says about a tensor, but for the place it is in. */
export type TensorDescription = Omit<TensorSpec, 'loc'>;

/** Describes the tensors of one message. @throws WorkerFailure TOO_LARGE for more than `LIMITS.frameCount`, Error for a wrong shape. */
export function describeTensors(tensors: Tensors, what: string): TensorDescription[] {
  const entries = Object.entries(tensors);
  if (entries.length > LIMITS.frameCount) throw tooLarge(what, `it has ${entries.length} tensors`, LIMITS.frameCount);
  return entries.map(([name, tensor]) => describe(name, tensor));
}

/** Header bytes and tensor frames of a received message, or undefined when it does not carry this protocol's mark. */
export function splitMessage(
  frames: readonly Buffer[],
): { header: Buffer; tensorFrames: readonly Buffer[] } | undefined {
  const [mark, header, ...tensorFrames] = frames;
  return header === undefined || mark?.toString('latin1') !== MAGIC ? undefined : { header, tensorFrames };
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

/** The bytes of an array's values, without a copy. */
export function bytesOf({ values }: Tensor): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
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

const tooLarge = (what: string, found: string, limit: number): WorkerFailure =>
  new WorkerFailure('TOO_LARGE', `Cannot send ${what}: ${found}, at most ${limit} is needed`);

const GREATEST_DEPTH = 64;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON value of a header's bytes, judged as python_worker/codec.py judges them.
 * @throws Error for more than a header may take, what is not UTF-8 or JSON, numbers outside of float64, lone surrogates, nesting deeper than 64.
 */
export function parseHeader(bytes: Uint8Array): unknown {
  if (bytes.length > LIMITS.headerBytes)
    throw new Error(`it takes ${bytes.length} bytes, more than ${LIMITS.headerBytes}`);
  const value: unknown = JSON.parse(UTF8.decode(bytes));
  refuse(value, 0);
  return value;
}

function refuse(value: unknown, depth: number): void {
  if (depth > GREATEST_DEPTH) throw new Error(`it is nested deeper than ${GREATEST_DEPTH}`);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('it has a number outside of float64');
  if (typeof value === 'string' && !isWellFormed(value)) throw new Error('it has a text that is not Unicode');
  if (typeof value === 'object' && value !== null) refuseInside(value, depth);
}

function refuseInside(container: object, depth: number): void {
  for (const [key, inner] of Object.entries(container)) {
    if (key === '__proto__') throw new Error(`it has a key '${key}'`);
    refuse(key, depth);
    refuse(inner, depth + 1);
  }
}

/** Whether every surrogate stands in a pair. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
