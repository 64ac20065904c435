import { isUtf8 } from 'node:buffer';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import { asObject } from './as-object.ts';
import { readByteLines } from './byte-lines.ts';
import { notJson } from './not-json.ts';

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
    if (!isUtf8(line.bytes)) throw dataError(`Cannot read ${where}: it is not UTF-8; save it as UTF-8`);
    yield { number: line.number, value: parseObject(line.bytes.toString('utf8'), where) };
  }
}

/** One JSON object. @throws BalpmError (data) naming the location for anything else. */
export function parseObject(text: string, where: string): Readonly<Record<string, unknown>> {
  return asObject(parseOrRefuse(text, where), where);
}

function parseOrRefuse(text: string, where: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw notJson(error, where);
  }
}
