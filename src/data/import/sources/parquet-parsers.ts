import { isUtf8 } from 'node:buffer';
import type { ParquetParsers } from 'hyparquet';
import { Unreadable } from '../../lines/unreadable.ts';

/**
 * Decodes texts of a Parquet file: bytes that are not UTF-8 become Unreadable, never U+FFFD, and a byte order mark
 * within a text stays, as it does in JSON.
 */
export const PARQUET_PARSERS: Partial<ParquetParsers> = {
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && decode(bytes),
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && parse(bytes),
};

const decode = (bytes: Uint8Array): string | Unreadable =>
  isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    : new Unreadable('has bytes that are not UTF-8', 'UTF-8');

function parse(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text instanceof Unreadable) return text;
  try {
    return JSON.parse(text);
  } catch {
    return new Unreadable('is not JSON', 'a JSON value, as its type requires');
  }
}
