import { endianness } from 'node:os';
import { LIMITS, MAGIC } from '../../protocol/envelope.ts';
import { WorkerFailure } from '../worker-failure.ts';

const MARK = Buffer.from(MAGIC);

if (endianness() !== 'LE')
  throw new Error('Cannot talk to a worker: this machine is big-endian, little-endian is needed');

/** Arrays of a message by name, one frame for each. */
type Arrays = Readonly<Record<string, { readonly values: ArrayBufferView }>>;

/**
 * The frames of one message: mark, header, one frame for each array (see packTensors).
 * @throws WorkerFailure TOO_LARGE beyond the limits of the wire; a receiver would drop the message without a word.
 */
export function encodeMessage(header: object, arrays: Arrays, what: string): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  if (text.length > LIMITS.headerBytes)
    throw tooLarge(what, `its header takes ${text.length} bytes`, LIMITS.headerBytes);
  return [MARK, text, ...Object.values(arrays).map(bytesOf)];
}

/** Header bytes and tensor frames of a received message, or undefined when it does not carry this protocol's mark. */
export function splitMessage(
  frames: readonly Buffer[],
): { header: Buffer; tensorFrames: readonly Buffer[] } | undefined {
  const [mark, header, ...tensorFrames] = frames;
  return header === undefined || mark?.toString('latin1') !== MAGIC ? undefined : { header, tensorFrames };
}

/** The bytes of an array's values, without a copy. */
export function bytesOf({ values }: Arrays[string]): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The failure of a message a receiver would drop without a word. */
export const tooLarge = (what: string, found: string, limit: number): WorkerFailure =>
  new WorkerFailure('TOO_LARGE', `Cannot send ${what}: ${found}, at most ${limit} is needed`);

const GREATEST_DEPTH = 64;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON value of a header's bytes, judged as python_worker/wire/codec.py judges them.
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
