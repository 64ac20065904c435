import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { BalpmError, messageOf } from '../../base/errors.ts';
import { readableReason, unwritable, writeAll } from '../../base/files/files.ts';
import { readExactly } from '../../base/files/read-exactly.ts';
import { openRegular } from '../../base/files/regular-file.ts';
import { type DType, ITEM_SIZE } from '../../protocol/tensor.ts';
import {
  checkExtent,
  encodeHeader,
  LENGTH_BYTES,
  layOut,
  parseHeader,
  type TensorEntry,
  truncated,
  unreadable,
} from './safetensors-header.ts';

/** An array in row-major order with its little-endian bytes; those of a read file start at offset 0 of their own buffer. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The arrays of one safetensors file by name. */
export type TensorMap = ReadonlyMap<string, StoredTensor>;

/** A header longer than this is taken for a file of another kind. */
const MAX_HEADER_BYTES = 16 << 20;
/** Largest slice of one read call; Node refuses 2 GiB. */
const SLICE_BYTES = 64 << 20;

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

/**
 * The bytes of one array in order, at most `sliceBytes` (64 MiB) at a time; nothing where there is no such array.
 * @throws as readSafetensors.
 */
export async function* readSafetensorsSlices(
  path: string,
  name: string,
  sliceBytes: number = SLICE_BYTES,
): AsyncGenerator<Uint8Array> {
  const handle = await openForReading(path);
  try {
    const { entries, dataStart } = await readEntries(handle, path);
    const { start, end } = entries.find((entry) => entry.name === name) ?? { start: 0, end: 0 };
    for (let at = start; at < end; at += sliceBytes)
      yield await readExactly(handle, dataStart + at, Math.min(sliceBytes, end - at));
  } finally {
    await handle.close();
  }
}

/** The bytes of some rows of a matrix, one after the other in the order asked for. @throws as readSafetensors. */
export async function readSafetensorsRows(path: string, name: string, rows: ArrayLike<number>): Promise<Uint8Array> {
  const handle = await openForReading(path);
  try {
    const { entries, dataStart } = await readEntries(handle, path);
    const entry = entries.find((one) => one.name === name);
    if (entry === undefined) throw unreadable(path, `there is no tensor '${name}'`, 'one of this name');
    const rowBytes = (entry.end - entry.start) / (entry.shape[0] as number);
    const bytes = new Uint8Array(rows.length * rowBytes);
    for (let index = 0; index < rows.length; index++) {
      const start = dataStart + entry.start + (rows[index] as number) * rowBytes;
      bytes.set(await readExactly(handle, start, rowBytes), index * rowBytes);
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/**
 * Writes a new safetensors file, wide element types first so that every array is aligned, and makes it durable.
 * @throws BalpmError (environment) when the place is not writable.
 */
export function writeSafetensors(path: string, tensors: TensorMap): void {
  try {
    writeDurably(path, tensors);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function writeDurably(path: string, tensors: TensorMap): void {
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
    return await openRegular(path);
  } catch (error) {
    throw unreadable(path, readableReason(error), 'a safetensors file');
  }
}

async function readEntries(handle: FileHandle, path: string): Promise<{ entries: TensorEntry[]; dataStart: number }> {
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
