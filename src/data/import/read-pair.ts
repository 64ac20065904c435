import { wholeNumberId } from '../items/whole-number-id.ts';
import { type Label, labelOf } from '../label.ts';
import type { ColumnMapping } from './column-mapping.ts';
import { badField, describeValue, fieldOf } from './field.ts';
import { readLabel, readWeight } from './read-label.ts';
import type { RecordValues } from './sources/source-record.ts';

/** A record by its meaning, sides as in the source; `ranked` means that a is the better one by construction. */
export interface SourcePair {
  readonly split: string | null;
  readonly id: string | null;
  readonly prompt: string;
  readonly a: string;
  readonly b: string;
  readonly label: Label | null;
  readonly ranked: boolean;
}

/** Spelling of a field that is a number; null if the format has none. */
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
    ...readAnswers(values, mapping, where),
  };
}

type Answers = Pick<SourcePair, 'a' | 'b' | 'label' | 'ranked'>;

function readAnswers(values: RecordValues, { answers: columns, weight }: ColumnMapping, where: string): Answers {
  switch (columns.type) {
    case 'ranked':
      return {
        a: readText(values, columns.chosen, where),
        b: readText(values, columns.rejected, where),
        label: labelOf(1, readWeight(values, weight, where)),
        ranked: true,
      };
    case 'sides':
      return {
        a: readText(values, columns.a, where),
        b: readText(values, columns.b, where),
        label: readLabel(values, columns, readWeight(values, weight, where), where),
        ranked: false,
      };
  }
}

/**
 * An id is text or a whole number, and keeps its spelling; without an id column, a later line with `id` is an error.
 */
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

function readText(values: RecordValues, column: string, where: string, expected = 'text'): string {
  const text = fieldOf(values, column);
  if (typeof text !== 'string') throw badField(where, column, describeValue(text), expected);
  if (text.trim() === '') throw badField(where, column, 'is empty', `non-empty ${expected}`);
  if (LONE_SURROGATE.test(text)) throw badField(where, column, 'has half a surrogate pair', 'well-formed text');
  return text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
