import { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { isPlainObject } from '../base/yaml/plain.ts';
import { describeField } from '../data/items/describe-field.ts';
import { itemIdOf } from '../data/items/item-id-of.ts';
import {
  doAgree,
  isSameLabel,
  type Label,
  labelInWords,
  labelOf,
  Preference,
  Probability,
  probabilityOf,
  Weight,
} from '../data/label.ts';
import { parseText } from '../data/lines/parse-json-bytes.ts';
import { parseSpellings } from '../data/lines/parse-spellings.ts';
import type { Spelling } from '../data/lines/spelling.ts';
import type { Batch } from './oracle.ts';
import { quoteLine } from './quote-line.ts';

/**
 * One label: a side or `tie`, a probability that a is preferred, or both. Other fields (annotator, time, …) are
 * ignored.
 */
const AnswerLine = z
  .object({
    id: z.string(),
    preferred: Preference.optional(),
    p: Probability.optional(),
    weight: Weight.optional(),
  })
  .refine(({ preferred, p }) => preferred !== undefined || p !== undefined, { path: ['preferred'] })
  .refine(({ preferred, p }) => preferred === undefined || p === undefined || doAgree(preferred, p), { path: ['p'] });

/** An item's label, from one line. */
interface Answer {
  readonly id: string;
  readonly label: Label;
}

/** Where a label was found, for messages: "labels 'x.jsonl' line 2" and "on line 2". */
export interface AnswerPlace {
  readonly what: string;
  readonly short: string;
  /** A hint for a malformed line, beside the expected form. */
  readonly advice?: string;
}

/**
 * The labels of one batch as they arrive, in any order; a repeated label is fine. An item with two different labels
 * counts as not labelled.
 */
export interface AnswerSheet {
  /** @throws BalpmError (data) for a malformed line, an unknown id or a contradiction, naming the line. */
  readonly add: (line: string, place: AnswerPlace) => void;
  readonly count: () => number;
  /** Ids without a label, in the batch's order. */
  readonly missing: () => readonly string[];
  /** The labels in the batch's order, once none is missing. */
  readonly answers: () => readonly Label[];
}

/** An empty sheet for a batch. */
export function createAnswerSheet(batch: Batch): AnswerSheet {
  const known = new Set(batch.ids);
  const given = new Map<string, { readonly label: Label; readonly place: AnswerPlace }>();
  const disputed = new Set<string>();
  return {
    add: (line, place) => {
      const { id, label } = parseAnswer(line, place);
      if (!known.has(id))
        throw dataError(
          `Cannot read ${place.what}: id ${quoteLine(id)} is not in the batch of round ${batch.round}; use an id of the batch`,
        );
      const earlier = given.get(id);
      if (earlier && !isSameLabel(earlier.label, label)) {
        disputed.add(id);
        throw dataError(
          `Cannot read ${place.what}: id ${quoteLine(id)} has label '${labelInWords(earlier.label)}' ${earlier.place.short} and '${labelInWords(label)}' here; keep one of them`,
        );
      }
      given.set(id, { label, place });
    },
    count: () => given.size - disputed.size,
    missing: () => batch.ids.filter((id) => !given.has(id) || disputed.has(id)),
    answers: () => batch.ids.map((id) => given.get(id)?.label as Label),
  };
}

/** The JSON value of a line, after any byte order mark; undefined if the line is not JSON. */
export function parseJson(line: string): unknown {
  try {
    return parseText(withoutMark(line));
  } catch {
    return undefined;
  }
}

const withoutMark = (line: string): string => line.replace(/^\ufeff/, '');

/**
 * The line's value, with the digits of a whole-number id as text.
 * @throws BalpmError (data) for 1.0, which is not a spelling of item 1.
 */
function withTextId(json: unknown, line: string, what: string): unknown {
  if (!isPlainObject(json) || typeof json['id'] !== 'number') return json;
  const spelled = parseSpellings(withoutMark(line)) as Readonly<Record<string, Spelling>>;
  const { text } = spelled['id'] as Spelling;
  const id = itemIdOf(json['id'], () => text);
  if (id === null)
    throw dataError(
      `Cannot read ${what}: field 'id' is ${text.slice(0, 40)}; expected text or a whole number (1, not 1.0)`,
    );
  return { ...json, id };
}

/** The label in a line. @throws BalpmError (data) that quotes what was found. */
export function parseAnswer(line: string, { what, advice }: AnswerPlace): Answer {
  const json = withTextId(parseJson(line), line, what);
  const parsed = AnswerLine.safeParse(json);
  if (parsed.success) {
    const { id, preferred, p, weight } = parsed.data;
    return { id, label: labelOf(p ?? probabilityOf({ preferred: preferred as Preference }), weight) };
  }
  const found = json === undefined ? `${quoteLine(line)} is not JSON` : describeLine(json, line, parsed.error);
  const field = String(parsed.error.issues[0]?.path[0]);
  const expected = (Object.hasOwn(EXPECTED, field) && EXPECTED[field]) || EXPECTED_LINE;
  throw dataError(`Cannot read ${what}: ${found}; expected ${expected}${advice === undefined ? '' : ` (${advice})`}`);
}

const EXPECTED_LINE =
  '{"id": text, "preferred": "a", "b" or "tie"} or {"id": text, "p": the probability that a is preferred}';

/** Expected values of fields besides `id` and `preferred`. */
const EXPECTED: Readonly<Record<string, string>> = {
  p: '"p": the probability that a is preferred, from 0 to 1 and in agreement with "preferred"',
  weight: '"weight": a finite number above 0',
};

/** The invalid text found instead of a valid field, or of a valid line. */
function describeLine(json: unknown, line: string, error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  if (field === undefined || typeof json !== 'object' || json === null) return `it is ${quoteLine(line)}`;
  const given = (json as Record<PropertyKey, unknown>)[field];
  if (typeof given === 'string') return `field '${String(field)}' is ${quoteLine(given)}`;
  return `field '${String(field)}' ${describeField(given)}${given === undefined ? ` in ${quoteLine(line)}` : ''}`;
}
