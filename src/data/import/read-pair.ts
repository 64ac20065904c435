import { dataError } from '../../base/errors.ts';
import type { Side } from '../dataset-format.ts';
import { wholeNumberId } from '../whole-number-id.ts';
import type { AnswerColumns, ColumnMapping } from './column-mapping.ts';
import type { RecordValues } from './record-source.ts';

/** A record by its meaning, sides as in the source; `ranked` says that a is the better one by construction. */
export interface SourcePair {
  readonly split: string | null;
  readonly id: string | null;
  readonly prompt: string;
  readonly a: string;
  readonly b: string;
  readonly preferred: Side | null;
  readonly ranked: boolean;
}

/** How a field that is a number is written; null where the format does not tell. */
type SpellingOf = (field: string) => string | null;

/** Reads one record by the mapping. `where` names file and line. @throws BalpmError (data) naming the field. */
export function readPair(
  values: RecordValues,
  spelling: SpellingOf,
  mapping: ColumnMapping,
  where: string,
): SourcePair {
  return {
    split: mapping.split === null ? null : readText(values, mapping.split, where),
    id: readId(values, spelling, mapping.id, where),
    prompt: readText(values, mapping.prompt, where),
    ...readAnswers(values, mapping.answers, where),
  };
}

type Answers = Pick<SourcePair, 'a' | 'b' | 'preferred' | 'ranked'>;

function readAnswers(values: RecordValues, columns: AnswerColumns, where: string): Answers {
  switch (columns.type) {
    case 'ranked':
      return {
        a: readText(values, columns.chosen, where),
        b: readText(values, columns.rejected, where),
        preferred: 'a',
        ranked: true,
      };
    case 'sides':
      return {
        a: readText(values, columns.a, where),
        b: readText(values, columns.b, where),
        preferred: readLabel(values, columns.preferred, where),
        ranked: false,
      };
  }
}

/** An id is text or a whole number, and keeps its spelling; without an id column, a line that has `id` after all is an error. */
function readId(values: RecordValues, spelling: SpellingOf, column: string | null, where: string): string | null {
  if (column === null) return null;
  const id = fieldOf(values, column);
  if (typeof id === 'bigint') return String(id);
  if (typeof id !== 'number') return readText(values, column, where, 'text or a whole number');
  const written = spelling(column) ?? String(id);
  const whole = wholeNumberId(written);
  if (whole !== null) return whole;
  throw badField(where, column, `is the number ${written.slice(0, 40)}`, 'text or a whole number (1, not 1.0)');
}

function readText(values: RecordValues, column: string, where: string, needed = 'text'): string {
  const text = fieldOf(values, column);
  if (typeof text !== 'string') throw badField(where, column, describeValue(text), needed);
  if (text.trim() === '') throw badField(where, column, 'is empty', `non-empty ${needed}`);
  if (LONE_SURROGATE.test(text)) throw badField(where, column, 'holds half a surrogate pair', 'well-formed text');
  return text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function readLabel(values: RecordValues, column: string, where: string): Side | null {
  const label = fieldOf(values, column);
  if (label === undefined || label === null) return null;
  if (label === 'a' || label === 'b') return label;
  throw badField(where, column, describeValue(label), "'a' or 'b'");
}

/** A field's value; a record that lacks one may still inherit something of that name, as `constructor`. */
const fieldOf = (values: RecordValues, column: string): unknown =>
  Object.hasOwn(values, column) ? values[column] : undefined;

/** The error of a field; `found` completes "field 'x' …". */
export const badField = (where: string, column: string, found: string, needed: string): Error =>
  dataError(`Cannot import ${where}: field '${column}' ${found}; ${needed} is needed`);

/** What a value that is not the one needed is, to stand after "field 'x'". */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (typeof value === 'string') return `is '${value.slice(0, 40)}'`;
  if (Array.isArray(value)) return 'is a list';
  if (value instanceof Date) return 'is a date or time';
  if (ArrayBuffer.isView(value)) return 'is binary';
  if (typeof value === 'object') return 'is an object';
  if (typeof value === 'boolean') return `is ${value}`;
  return `is the number ${typeof value === 'bigint' ? value : Number(value)}`;
}
