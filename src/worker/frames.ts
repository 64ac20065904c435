import { endianness } from 'node:os';
import { LIMITS, MAGIC } from '../protocol/envelope.ts';
import { type DType, ITEM_SIZE, type TensorSpec } from '../protocol/tensor.ts';
import type { Tensor, Tensors } from './tensor.ts';
import { WorkerFailure } from './worker-failure.ts';

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
 * The frames of one message: mark, header, one frame for each tensor.
 * @throws WorkerFailure TOO_LARGE beyond the limits of the wire; a receiver would drop the message without a word.
 */
export function encodeMessage(header: object, tensors: Tensors, what: string): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  if (text.length > LIMITS.headerBytes)
    throw tooLarge(what, `its header takes ${text.length} bytes`, LIMITS.headerBytes);
  return [MARK, text, ...Object.values(tensors).map(bytesOf)];
}

/** What a header says about tensors; frame i holds the i-th. @throws WorkerFailure as encodeMessage. */
export function describeTensors(tensors: Tensors, what: string): TensorSpec[] {
  const entries = Object.entries(tensors);
  if (entries.length > LIMITS.frameCount) throw tooLarge(what, `it has ${entries.length} tensors`, LIMITS.frameCount);
  const total = entries.reduce((sum, [, tensor]) => sum + tensor.values.byteLength, 0);
  if (total > LIMITS.inlineBytes) throw tooLarge(what, `its tensors take ${total} bytes`, LIMITS.inlineBytes);
  return entries.map(([name, tensor], frame) => describe(name, tensor, frame));
}

/** Header bytes and tensor frames of a received message, or undefined when it does not carry this protocol's mark. */
export function splitMessage(
  frames: readonly Buffer[],
): { header: Buffer; tensorFrames: readonly Buffer[] } | undefined {
  const [mark, header, ...tensorFrames] = frames;
  return header === undefined || mark?.toString('latin1') !== MAGIC ? undefined : { header, tensorFrames };
}

/** Tensors over the frames they came in, without a copy. @throws Error when sizes do not agree. */
export function decodeTensors(specs: readonly TensorSpec[], frames: readonly Buffer[]): Tensors {
  if (specs.length !== frames.length) throw new Error(`${specs.length} tensors came with ${frames.length} frames`);
  if (new Set(specs.map((spec) => spec.name)).size !== specs.length) throw new Error('two tensors have the same name');
  return Object.fromEntries(specs.map((spec) => [spec.name, decode(spec, frames)]));
}

function bytesOf({ values }: Tensor): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function describe(name: string, { dtype, shape, values }: Tensor, frame: number): TensorSpec {
  if (product(shape) !== values.length) {
    throw new Error(
      `Cannot send tensor '${name}': shape [${shape.join(', ')}] does not hold ${values.length} values, one that does is needed`,
    );
  }
  return { name, dtype, shape: [...shape], order: 'C', nbytes: values.byteLength, loc: { kind: 'frame', frame } };
}

function decode(spec: TensorSpec, frames: readonly Buffer[]): Tensor {
  if (spec.loc.kind === 'file') throw new Error(`tensor '${spec.name}' is in a file, a frame is needed`);
  const frame = frames[spec.loc.frame];
  const expected = product(spec.shape) * ITEM_SIZE[spec.dtype];
  if (frame === undefined || spec.nbytes !== expected || frame.length !== expected) {
    const found = `shape [${spec.shape.join(', ')}] needs ${expected} bytes, the header says ${spec.nbytes}`;
    throw new Error(`tensor '${spec.name}': ${found}, the frame has ${frame?.length ?? 'not come'}`);
  }
  return { dtype: spec.dtype, shape: spec.shape, values: view(spec.dtype, frame) } as Tensor;
}

/** A typed view; small frames may lie unaligned inside a larger buffer and are copied. */
function view(dtype: DType, frame: Buffer): Tensor['values'] {
  const aligned = frame.byteOffset % ITEM_SIZE[dtype] === 0 ? frame : new Uint8Array(frame);
  return new ARRAY_OF[dtype](aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / ITEM_SIZE[dtype]);
}

const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

const tooLarge = (what: string, found: string, limit: number): WorkerFailure =>
  new WorkerFailure('TOO_LARGE', `Cannot send ${what}: ${found}, at most ${limit} is needed`);
