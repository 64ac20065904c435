import { isUtf8 } from 'node:buffer';
import { parseJson, refuseDeep } from '../../base/text/parse-json.ts';
import { parseWithLiterals } from './parse-with-literals.ts';
import { Unreadable } from './unreadable.ts';

/**
 * The JSON value of some bytes. NaN and Infinity, which Python's json.dumps writes, and strings that are not UTF-8
 * become Unreadable, so that a fault in an unused field does not matter.
 * @throws Error whose message completes "it is not JSON (…)", or SyntaxError.
 */
export function parseJsonBytes(bytes: Buffer): unknown {
  if (isUtf8(bytes)) return parseText(bytes.toString('utf8'));
  return decodeStrings(parseText(escapesAsBytes(bytes.toString('latin1'))));
}

/** As parseJsonBytes(), of text that is decoded already. */
export function parseText(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/NaN|Infinity/.test(text)) throw error;
    return refuseDeep(parseWithLiterals(text, /^-?[NI]/, (literal) => new Unreadable(`is ${literal}`, 'a JSON value')));
  }
}

const ESCAPE = /\\(?:u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|u([0-9a-f]{4})|[\s\S])/gi;
const NEVER_UTF8 = '\xff';

/** Characters written as escapes become UTF-8 like the rest; half a surrogate pair has no UTF-8. */
function escapesAsBytes(latin: string): string {
  return latin.replace(ESCAPE, (token, high?: string, low?: string, single?: string) => {
    const units = [high, low, single].flatMap((code) => (code === undefined ? [] : Number.parseInt(code, 16)));
    if (units.length === 0 || (units[0] as number) < 0x80) return token;
    const text = String.fromCharCode(...units);
    return /\p{Surrogate}/u.test(text) ? NEVER_UTF8 : Buffer.from(text).toString('latin1');
  });
}

/** Undoes `latin1` string by string. */
function decodeStrings(value: unknown): unknown {
  if (typeof value === 'string') return decodeString(value) ?? notUtf8();
  if (Array.isArray(value)) return value.map(decodeStrings);
  if (typeof value !== 'object' || value === null || value instanceof Unreadable) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [decodeString(key) ?? key, decodeStrings(inner)]),
  );
}

function decodeString(latin: string): string | null {
  const bytes = Buffer.from(latin, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

const notUtf8 = (): Unreadable => new Unreadable('has bytes that are not UTF-8', 'UTF-8 (or --encoding NAME)');
