import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BalpmError, dataError, messageOf, systemCodeOf } from '../../base/errors.ts';
import { quotePath, readableReason } from '../../base/files/files.ts';
import { openRegular } from '../../base/files/regular-file.ts';
import { kindOfReadFailure } from '../../base/files/system-failure.ts';
import { foreignMark } from '../../base/text/foreign-mark.ts';
import { hasUtf8Mark } from '../../base/text/has-utf8-mark.ts';
import type { TextEncoding } from './text-encoding.ts';

/** One line's bytes without its line end, and its number from 1. */
export interface ByteLine {
  readonly number: number;
  readonly bytes: Buffer;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LONGEST_LINE_BYTES = 64 << 20;

/**
 * The lines of a file as bytes, read in slices; a name ending in `.gz` is unpacked on the way. Skips a byte order mark at
 * the start, CRLF line ends and blank lines. If line ends of an encoding are not single bytes
 * (UTF-16), the lines are UTF-8.
 * @throws BalpmError (data) when the file cannot be read or unpacked, is UTF-16 without that encoding, or has a
 * line longer than 64 MiB.
 */
export async function* readByteLines(path: string, encoding: TextEncoding | null = null): AsyncGenerator<ByteLine> {
  let number = 0;
  for await (const bytes of splitAtNewlines(path, encoding)) {
    number += 1;
    const line = trimLine(bytes, number === 1);
    if (line.length > 0) yield { number, bytes: line };
  }
}

async function* splitAtNewlines(path: string, encoding: TextEncoding | null): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of readUnmarked(path, encoding)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      yield parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > LONGEST_LINE_BYTES)
      throw dataError(`Cannot read ${quotePath(path)}: it has a line over 64 MiB; write one JSON object per line`);
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** The slices of a text; rejects a byte order mark of another encoding. */
async function* readUnmarked(path: string, encoding: TextEncoding | null): AsyncGenerator<Buffer> {
  const slices = readSlices(path);
  if (encoding !== null && !encoding.hasByteLines) return yield* transcode(path, slices, encoding);
  let isFirst = true;
  for await (const slice of slices) {
    const foreign = isFirst ? foreignMark(slice) : null;
    if (isFirst && encoding !== null && hasUtf8Mark(slice))
      throw dataError(
        `Cannot read ${quotePath(path)}: its first bytes are the mark of UTF-8, not of ${encoding.name}; omit --encoding`,
      );
    if (foreign !== null)
      throw dataError(
        `Cannot read ${quotePath(path)}: it is ${foreign} text; save it as UTF-8 (data import also takes --encoding)`,
      );
    isFirst = false;
    yield slice;
  }
}

async function* transcode(path: string, slices: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  let decode: ReturnType<TextEncoding['open']> | undefined;
  let line = 1;
  const guarded = (slice: Uint8Array, isLast: boolean): Buffer => {
    try {
      decode ??= encoding.open(slice);
      return Buffer.from(decode(slice, isLast));
    } catch (error) {
      throw dataError(
        `Cannot read ${quotePath(path)} from line ${line} on as ${encoding.name}: ${messageOf(error)}; check --encoding`,
      );
    }
  };
  for await (const slice of slices) {
    const bytes = guarded(slice, false);
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) line += 1;
    yield bytes;
  }
  if (decode !== undefined) yield guarded(new Uint8Array(0), true);
}

async function* readSlices(path: string): AsyncGenerator<Buffer> {
  const file = (await openRegular(path).catch(refuse(path))).createReadStream({ highWaterMark: 1 << 18 });
  const stream: Readable = path.endsWith('.gz') ? unpack(file) : file;
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    refuse(path)(error);
  } finally {
    file.destroy();
  }
}

const refuse =
  (path: string) =>
  (error: unknown): never => {
    const found = `Cannot read ${quotePath(path)}: ${reasonOf(error)}`;
    throw new BalpmError(kindOfReadFailure(error), `${found}; give a complete, readable, regular file`);
  };

function unpack(file: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

function reasonOf(error: unknown): string {
  if (systemCodeOf(error) === 'Z_BUF_ERROR') return 'the gzip data end too early';
  if (systemCodeOf(error)?.startsWith('Z_') === true) return `it is not complete gzip data (${messageOf(error)})`;
  return readableReason(error);
}

function trimLine(bytes: Buffer, first: boolean): Buffer {
  const start = first && hasUtf8Mark(bytes) ? 3 : 0;
  const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(Math.min(start, end), end);
}
