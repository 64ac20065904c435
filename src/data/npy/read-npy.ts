import type { FileHandle } from 'node:fs/promises';
import { BalpmError } from '../../base/errors.ts';
import { readableReason } from '../../base/files/files.ts';
import { readExactly } from '../../base/files/read-exactly.ts';
import { openRegular } from '../../base/files/regular-file.ts';
import { MOST_HEADER_BYTES, type NpyHeader, parseNpyHeader, unreadableArray } from './npy-header.ts';

/** An array of an .npy file: its row-major bytes at offset 0 of a separate buffer. */
export interface NpyContent extends Pick<NpyHeader, 'type' | 'shape'> {
  readonly bytes: Uint8Array;
}

/**
 * Reads an .npy file whose elements are of one of `types` (numpy's strings, such as '<f4').
 * @throws BalpmError (data) naming the file when it is missing, of another kind, or incomplete.
 */
export async function readNpy(path: string, types: readonly string[]): Promise<NpyContent> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegular(path);
    return await readContent(handle, path, types);
  } catch (error) {
    if (error instanceof BalpmError) throw error;
    throw unreadableArray(path, readableReason(error), 'give a readable .npy file');
  } finally {
    await handle?.close();
  }
}

async function readContent(handle: FileHandle, path: string, types: readonly string[]): Promise<NpyContent> {
  const { size } = await handle.stat();
  const head = await readExactly(handle, 0, Math.min(size, MOST_HEADER_BYTES));
  const { type, shape, start } = parseNpyHeader(head, path, size);
  if (!types.includes(type)) throw foreignType(path, type, types);
  const needed = shape.reduce((product, length) => product * length, itemBytes(type));
  if (size - start !== needed)
    throw unreadableArray(path, `${size - start} bytes follow the header`, `expected ${needed} for its shape`);
  return { type, shape, bytes: await readExactly(handle, start, needed) };
}

const itemBytes = (type: string): number => Number(type.slice(2));

const foreignType = (path: string, type: string, types: readonly string[]): BalpmError =>
  unreadableArray(path, `its elements are ${typeWords(type)}`, `expected ${types.map(typeWords).join(' or ')}`);

const KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint', c: 'complex' };

/** The usual name of '<f4': float32. */
function typeWords(type: string): string {
  const [, order, kind = '', size] = /^([<>|=])([a-z])(\d+)$/.exec(type) ?? [];
  const name = KINDS[kind] === undefined ? `'${type}'` : `${KINDS[kind]}${8 * Number(size)}`;
  return order === '>' ? `big-endian ${name}` : name;
}
