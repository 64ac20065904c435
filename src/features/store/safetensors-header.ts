import { z } from 'zod';
import { BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import { type DType, ITEM_SIZE } from '../../protocol/tensor.ts';

/** Bytes of the little-endian header length at the start of a file. */
export const LENGTH_BYTES = 8;

const CODE_OF_DTYPE = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
} as const satisfies Record<DType, string>;

const DTYPE_OF_CODE = new Map(Object.entries(CODE_OF_DTYPE).map(([dtype, code]) => [code as string, dtype as DType]));

const HeaderEntry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Header = z.record(z.string(), z.unknown());

/** Where one array lies; `start` and `end` are byte offsets after the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** The arrays a header names, in the order of their bytes. @throws BalpmError (data) naming file and tensor. */
export function parseHeader(bytes: Uint8Array, path: string): TensorEntry[] {
  const header = Header.safeParse(parseOrNothing(bytes));
  if (!header.success) throw unreadable(path, 'its header is not a JSON object', 'a safetensors file');
  return Object.entries(header.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, path))
    .sort((left, right) => left.start - right.start || left.end - right.end);
}

function parseEntry(name: string, value: unknown, path: string): TensorEntry {
  const parsed = HeaderEntry.safeParse(value);
  if (!parsed.success) {
    throw unreadable(path, `tensor '${name}' has a malformed header entry`, 'dtype, shape and data_offsets');
  }
  const { dtype: code, shape } = parsed.data;
  const [start, end] = parsed.data.data_offsets;
  const dtype = DTYPE_OF_CODE.get(code);
  if (dtype === undefined) {
    throw unreadable(
      path,
      `tensor '${name}' has element type '${code}'`,
      `one of ${[...DTYPE_OF_CODE.keys()].join(', ')}`,
    );
  }
  if (end - start !== sizeOf(dtype, shape)) {
    throw unreadable(path, `tensor '${name}' has ${end - start} bytes`, `${sizeOf(dtype, shape)} for its shape`);
  }
  return { name, dtype, shape, start, end };
}

/** Checks that the arrays fill the `available` bytes after the header without gap or overlap. @throws BalpmError (data). */
export function checkExtent(entries: readonly TensorEntry[], available: number, path: string): void {
  let expected = 0;
  for (const { name, start, end } of entries) {
    if (start !== expected)
      throw unreadable(path, `tensor '${name}' starts at ${start}`, `${expected}, without gap or overlap`);
    expected = end;
  }
  if (available < expected) throw truncated(path, available, expected);
  if (available > expected) {
    throw unreadable(path, `${available - expected} bytes follow the last tensor`, 'nothing after it');
  }
}

/** What of an array decides its place. */
interface LaidOut {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Where each array goes: wide element types first, so that all are aligned, then by name. */
export function layOut(tensors: ReadonlyMap<string, LaidOut>): TensorEntry[] {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) => ITEM_SIZE[b.dtype] - ITEM_SIZE[a.dtype] || (nameA < nameB ? -1 : 1),
  );
  let start = 0;
  return ordered.map(([name, { dtype, shape, bytes }]) => {
    if (bytes.byteLength !== sizeOf(dtype, shape)) {
      throw new BalpmError(
        'internal',
        `Cannot write tensor '${name}': it has ${bytes.byteLength} bytes, ${sizeOf(dtype, shape)} are needed`,
      );
    }
    const entry = { name, dtype, shape, start, end: start + bytes.byteLength };
    start = entry.end;
    return entry;
  });
}

/** Length and header of a file, padded to 8 bytes. */
export function encodeHeader(entries: readonly TensorEntry[]): Uint8Array {
  const fields = entries.map(({ name, dtype, shape, start, end }) => [
    name,
    { dtype: CODE_OF_DTYPE[dtype], shape, data_offsets: [start, end] },
  ]);
  const text = JSON.stringify(Object.fromEntries(fields));
  const padded = Math.ceil(Buffer.byteLength(text) / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = Buffer.alloc(LENGTH_BYTES + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded));
  bytes.write(text, LENGTH_BYTES);
  return bytes;
}

function parseOrNothing(bytes: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const sizeOf = (dtype: DType, shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, ITEM_SIZE[dtype]);

/** The error of a file that ends early. */
export const truncated = (path: string, found: number, needed: number): BalpmError =>
  unreadable(path, `it is truncated to ${found} bytes`, `${needed} bytes`);

/** The error of a file that is not what it should be. */
export const unreadable = (path: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot read tensors ${quotePath(path)}: ${found}, ${needed} ${/^\d/.test(needed) ? 'are' : 'is'} needed`);
