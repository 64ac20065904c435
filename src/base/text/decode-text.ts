import { isUtf8 } from 'node:buffer';
import { dataError } from '../errors.ts';
import { foreignMark } from './foreign-mark.ts';

const NEWLINE = 0x0a;

/**
 * The text of a whole file's bytes, without a byte order mark; `what` is the file in words.
 * @throws BalpmError (data) naming the encoding where another byte order mark stands first, else the first line that is
 * not UTF-8: in its place a reader would see U+FFFD.
 */
export function decodeText(bytes: Uint8Array, what: string): string {
  const foreign = foreignMark(bytes);
  if (foreign !== null) throw dataError(`Cannot read ${what}: it is ${foreign} text; save it as UTF-8`);
  if (!isUtf8(bytes))
    throw dataError(`Cannot read ${what}: line ${firstBadLine(bytes)} is not UTF-8; save it as UTF-8`);
  return new TextDecoder('utf-8').decode(bytes);
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) return line;
    start = end < 0 ? bytes.length : end + 1;
  }
  return line;
}
