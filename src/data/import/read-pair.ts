import { dataError } from '../../base/errors.ts';
import type { Side } from '../dataset-format.ts';
import type { AnswerColumns, ColumnMapping } from './column-mapping.ts';
import type { SourceRecord } from './record-source.ts';

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

/** Reads one record by the mapping. `where` names file and line. @throws BalpmError (data) naming the field. */
export function readPair(values: SourceRecord['values'], mapping: ColumnMapping, where: string): SourcePair {
  return {
    split: mapping.split === null ? null : readText(values, mapping.split, where),
    id: readId(values, mapping.id, where),
    prompt: readText(values, mapping.prompt, where),
    ...readAnswers(values, mapping.answers, where),
  };
}

type Answers = Pick<SourcePair, 'a' | 'b' | 'preferred' | 'ranked'>;

function readAnswers(values: SourceRecord['values'], columns: AnswerColumns, where: string): Answers {
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

/** An id is text or a whole number; without an id column, a line that has `id` after all is an error. */
function readId(values: SourceRecord['values'], column: string | null, where: string): string | null {
  if (column === null) return null;
  const id = values[column];
  if (typeof id === 'bigint' || (typeof id === 'number' && Number.isSafeInteger(id))) return String(id);
  return readText(values, column, where, 'text or a whole number');
}

function readText(values: SourceRecord['values'], column: string, where: string, needed = 'text'): string {
  const text = values[column];
  if (typeof text !== 'string') throw badField(where, column, describeValue(text), needed);
  if (text.trim() === '') throw badField(where, column, 'is empty', `non-empty ${needed}`);
  if (LONE_SURROGATE.test(text)) throw badField(where, column, 'holds half a surrogate pair', 'well-formed text');
  return text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function readLabel(values: SourceRecord['values'], column: string, where: string): Side | null {
  const label = values[column];
  if (label === undefined || label === null) return null;
  if (label === 'a' || label === 'b') return label;
  throw badField(where, column, describeValue(label), "'a' or 'b'");
}

/** The error of a field; `found` completes "field 'x' …". */
export const badField = (where: string, column: string, found: string, needed: string): Error =>
  dataError(`Cannot import ${where}: field '${column}' ${found}, ${needed} is needed`);

/** What a value that is not the one needed is, to stand after "field 'x'". */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (typeof value === 'string') return `is '${value.slice(0, 40)}'`;
  if (Array.isArray(value)) return 'is a list';
  if (typeof value === 'object') return 'is an object';
  return typeof value === 'boolean' ? `is ${value}` : `is the number ${Number(value)}`;
}
