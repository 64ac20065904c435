import { closeSync, fsyncSync, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { BalpmError, dataError, messageOf } from '../base/errors.ts';
import { quotePath, readableReason, writeAll } from '../base/files.ts';
import { type DType, ITEM_SIZE } from '../protocol/tensor.ts';

/** An array in row-major order with its little-endian bytes, which start at offset 0 of their own buffer. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The arrays of one safetensors file by name. */
export type TensorMap = ReadonlyMap<string, StoredTensor>;

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

/** A header longer than this is taken for a file of another kind. */
const MAX_HEADER_BYTES = 16 << 20;
const LENGTH_BYTES = 8;
/** Largest slice of one read call; Node refuses 2 GiB. */
const SLICE_BYTES = 64 << 20;

const HeaderEntry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Header = z.record(z.string(), z.unknown());

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reads every array of a safetensors file.
 * @throws BalpmError (data) naming the file when it is missing, truncated, or of another kind.
 */
export async function readSafetensors(path: string): Promise<TensorMap> {
  const handle = await openForReading(path);
  try {
    const { entries, dataStart } = await readEntries(handle, path);
    const tensors = new Map<string, StoredTensor>();
    for (const entry of entries) {
      const bytes = await readExactly(handle, dataStart + entry.start, entry.end - entry.start);
      tensors.set(entry.name, { dtype: entry.dtype, shape: entry.shape, bytes });
    }
    return tensors;
  } catch (error) {
    if (error instanceof BalpmError) throw error;
    throw unreadable(path, messageOf(error), 'a safetensors file');
  } finally {
    await handle.close();
  }
}

/** Name, element type and shape of every array, read from the header alone. @throws as readSafetensors. */
export async function readSafetensorsShapes(
  path: string,
): Promise<ReadonlyMap<string, Pick<StoredTensor, 'dtype' | 'shape'>>> {
  const handle = await openForReading(path);
  try {
    const { entries } = await readEntries(handle, path);
    return new Map(entries.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
  } finally {
    await handle.close();
  }
}

/** Writes a new safetensors file, wide element types first so that every array is aligned, and makes it durable. */
export function writeSafetensors(path: string, tensors: TensorMap): void {
  const entries = layOut(tensors);
  const descriptor = openSync(path, 'wx');
  try {
    writeAll(descriptor, encodeHeader(entries));
    for (const { name } of entries) writeAll(descriptor, (tensors.get(name) as StoredTensor).bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A tensor over the bytes of a typed array; nothing is copied. */
export function tensorOf(values: Float32Array | Float64Array | Int32Array, shape: readonly number[]): StoredTensor {
  const dtype = values instanceof Float32Array ? 'float32' : values instanceof Float64Array ? 'float64' : 'int32';
  return { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

const VIEWS = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;
type ViewedDType = keyof typeof VIEWS;

/**
 * The named array of a file as a typed array over the same bytes, row-major.
 * @throws BalpmError (data) naming `path` when the file has no such array or its element type is another.
 */
export function valuesOf<D extends ViewedDType>(
  tensors: TensorMap,
  name: string,
  dtype: D,
  path: string,
): { readonly values: InstanceType<(typeof VIEWS)[D]>; readonly shape: readonly number[] } {
  const tensor = tensors.get(name);
  if (tensor?.dtype !== dtype) {
    const found = tensor === undefined ? `there is no tensor '${name}'` : `tensor '${name}' is ${tensor.dtype}`;
    throw unreadable(path, found, `a ${dtype} tensor '${name}'`);
  }
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  const values = new VIEWS[dtype](buffer as ArrayBuffer, byteOffset, byteLength / ITEM_SIZE[dtype]);
  return { values: values as InstanceType<(typeof VIEWS)[D]>, shape: tensor.shape };
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw unreadable(path, readableReason(error), 'a safetensors file');
  }
}

async function readEntries(handle: FileHandle, path: string): Promise<{ entries: Entry[]; dataStart: number }> {
  const { size } = await handle.stat();
  if (size < LENGTH_BYTES) throw unreadable(path, `it has ${size} bytes`, 'a safetensors file');
  const length = Buffer.from(await readExactly(handle, 0, LENGTH_BYTES)).readBigUInt64LE();
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw unreadable(
      path,
      `its header claims ${length} bytes`,
      `a safetensors file (header up to ${MAX_HEADER_BYTES})`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (size < dataStart) throw truncated(path, size, dataStart);
  const entries = parseHeader(await readExactly(handle, LENGTH_BYTES, Number(length)), path);
  checkExtent(entries, size - dataStart, path);
  return { entries, dataStart };
}

function parseHeader(bytes: Uint8Array, path: string): Entry[] {
  const header = Header.safeParse(parseJson(bytes));
  if (!header.success) throw unreadable(path, 'its header is not a JSON object', 'a safetensors file');
  return Object.entries(header.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, path))
    .sort((left, right) => left.start - right.start || left.end - right.end);
}

function parseEntry(name: string, value: unknown, path: string): Entry {
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

function checkExtent(entries: readonly Entry[], available: number, path: string): void {
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

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(SLICE_BYTES, length - done), position + done);
    if (bytesRead === 0) throw new Error(`it ends after ${position + done} bytes`);
    done += bytesRead;
  }
  return bytes;
}

function layOut(tensors: TensorMap): Entry[] {
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

function encodeHeader(entries: readonly Entry[]): Uint8Array {
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

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const sizeOf = (dtype: DType, shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, ITEM_SIZE[dtype]);

const truncated = (path: string, found: number, needed: number): BalpmError =>
  unreadable(path, `it is truncated to ${found} bytes`, `${needed} bytes`);

const unreadable = (path: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot read tensors ${quotePath(path)}: ${found}, ${needed} ${/^\d/.test(needed) ? 'are' : 'is'} needed`);
