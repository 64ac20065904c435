import { isUtf8 } from 'node:buffer';
import { dataError, messageOf } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { asObject } from './as-object.ts';
import { readByteLines } from './byte-lines.ts';
import { notJson } from './not-json.ts';
import { parseJsonBytes, parseText } from './parse-json-bytes.ts';
import { parseSpellings } from './parse-spellings.ts';
import { Spelling } from './spelling.ts';
import type { TextEncoding } from './text-encoding.ts';

/** A line of a user's JSONL file; `where` is its location in words. */
export interface RecordLine {
  readonly number: number;
  readonly where: string;
  /** Its fields; unreadable ones are Unreadable. @throws BalpmError (data) for a line that is not a JSON object. */
  readonly values: () => Readonly<Record<string, unknown>>;
  /** Spelling of a field that is a number; null for other fields. */
  readonly spelling: (field: string) => string | null;
}

/**
 * The lines of a user's JSONL file (plain, or `.gz`), read in slices; each is parsed when its values are requested.
 * @throws BalpmError (data) naming the file when it cannot be read.
 */
export async function* readRecordLines(path: string, encoding: TextEncoding | null = null): AsyncGenerator<RecordLine> {
  const perLine = encoding?.hasByteLines === true ? encoding : null;
  for await (const { number, bytes } of readByteLines(path, encoding)) {
    const where = `${quotePath(path)} line ${number}`;
    yield {
      number,
      where,
      values: () => asObject(parse(bytes, perLine, where), where),
      spelling: (field) => {
        const text = perLine === null ? bytes.toString('utf8') : decodeLine(bytes, perLine, where);
        const spelled = asObject(parseSpellings(text), where)[field];
        return spelled instanceof Spelling ? spelled.text : null;
      },
    };
  }
}

function parse(bytes: Buffer, encoding: TextEncoding | null, where: string): unknown {
  const text = encoding === null ? null : decodeLine(bytes, encoding, where);
  try {
    return text === null ? parseJsonBytes(bytes) : parseText(text);
  } catch (error) {
    if (text === null && !isUtf8(bytes))
      throw dataError(`Cannot read ${where}: it is not UTF-8; save it as UTF-8 (data import also takes --encoding)`);
    throw notJson(error, where);
  }
}

function decodeLine(bytes: Buffer, encoding: TextEncoding, where: string): string {
  try {
    return encoding.open(bytes)(bytes, true);
  } catch (error) {
    throw dataError(`Cannot read ${where} as ${encoding.name}: ${messageOf(error)}; check --encoding`);
  }
}
