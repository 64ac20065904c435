import { dataError } from '../../base/errors.ts';
import { readRecordLines } from '../lines/record-lines.ts';
import { describeField } from './describe-field.ts';
import { itemIdOf } from './item-id-of.ts';

/** Values of one line about an item, besides its id and split; `where` is its location in words. */
export interface ItemLineFields {
  readonly id: string;
  /** Fields that cannot be read are Unreadable. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Spelling of a field that is a number; null for other fields. */
  readonly spelling: (field: string) => string | null;
  readonly where: string;
}

/**
 * Lines of a user's JSON Lines file about items, without those that name another split. An id is text, or a whole number
 * that is read as its digits.
 * @throws BalpmError (data) naming file and line when a line is not an object, has no id, or repeats an id.
 */
export async function* readItemLines(path: string, split: string): AsyncGenerator<ItemLineFields> {
  const lineOf = new Map<string, number>();
  for await (const { number, where, values, spelling } of readRecordLines(path)) {
    const { id: given, split: named, ...fields } = values();
    if (named !== undefined && typeof named !== 'string') throw unusable(where, 'split', describeField(named), 'text');
    if (named !== undefined && named !== split) continue;
    const id = itemIdOf(given, spelling);
    if (id === null)
      throw unusable(
        where,
        'id',
        describeField(given, typeof given === 'number' ? spelling('id') : null),
        'text or a whole number (1, not 1.0)',
      );
    const before = lineOf.get(id);
    if (before !== undefined)
      throw dataError(`Cannot read ${where}: id '${id}' is already on line ${before}; give one line per item`);
    lineOf.set(id, number);
    yield { id, fields, spelling, where };
  }
}

const unusable = (where: string, field: string, found: string, expected: string): Error =>
  dataError(`Cannot read ${where}: field '${field}' ${found}; expected ${expected}`);
