import { isUtf8 } from 'node:buffer';
import { dataError, messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { parseJson } from '../base/parse-json.ts';
import { readByteLines } from './byte-lines.ts';

/** One parsed line of a JSONL file; `number` counts from 1. */
export interface JsonLine {
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * The objects of a JSONL file (plain, or `.gz`), read in slices.
 * @throws BalpmError (data) naming file and line when a line is not UTF-8, not JSON or not an object.
 */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine> {
  for await (const line of readByteLines(path)) {
    const where = `${quotePath(path)} line ${line.number}`;
    if (!isUtf8(line.bytes)) throw dataError(`Cannot read ${where}: its bytes are not UTF-8, UTF-8 text is needed`);
    yield { number: line.number, value: parseObject(line.bytes.toString('utf8'), where) };
  }
}

/** One JSON object. @throws BalpmError (data) naming the place for anything else. */
export function parseObject(text: string, where: string): Readonly<Record<string, unknown>> {
  const value = parseOrRefuse(text, where);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw dataError(`Cannot read ${where}: it holds ${JSON.stringify(value).slice(0, 40)}, one JSON object is needed`);
}

function parseOrRefuse(text: string, where: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = messageOf(error).replaceAll('\n', ' ');
    throw dataError(`Cannot read ${where}: it is not JSON (${reason}), one JSON object is needed`);
  }
}
