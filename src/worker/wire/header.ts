import { LIMITS } from '../../protocol/envelope.ts';

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
