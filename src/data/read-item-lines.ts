import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { readJsonLines } from './json-lines.ts';

/** What one line says of an item, besides its id and split; `where` is its place in words. */
export interface ItemLineFields {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly where: string;
}

/**
 * Lines of a user's JSON Lines file about items, those that name another split left out.
 * @throws BalpmError (data) naming file and line when a line is no object, has no id, or an id stands twice.
 */
export async function* readItemLines(path: string, split: string): AsyncGenerator<ItemLineFields> {
  const lineOf = new Map<string, number>();
  for await (const { number, value } of readJsonLines(path)) {
    const where = `${quotePath(path)} line ${number}`;
    const { id, split: named, ...fields } = value;
    if (named !== undefined && typeof named !== 'string') throw notText('split', named, where);
    if (named !== undefined && named !== split) continue;
    if (typeof id !== 'string') throw notText('id', id, where);
    const before = lineOf.get(id);
    if (before !== undefined)
      throw dataError(`Cannot read ${where}: id '${id}' stands on line ${before} already, one line an item is needed`);
    lineOf.set(id, number);
    yield { id, fields, where };
  }
}

function notText(field: string, value: unknown, where: string): Error {
  const found = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40);
  return dataError(`Cannot read ${where}: field '${field}' is ${found}, text is needed`);
}
