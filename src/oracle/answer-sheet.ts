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

/** One answer: a side or `tie`, a probability that a is preferred, or both. Other fields (annotator, time, …) are welcome and ignored. */
const AnswerLine = z
  .object({
    id: z.string(),
    preferred: Preference.optional(),
    p: Probability.optional(),
    weight: Weight.optional(),
  })
  .refine(({ preferred, p }) => preferred !== undefined || p !== undefined, { path: ['preferred'] })
  .refine(({ preferred, p }) => preferred === undefined || p === undefined || doAgree(preferred, p), { path: ['p'] });

/** An item's label as a line of answers gives it. */
interface Answer {
  readonly id: string;
  readonly label: Label;
}

/** Where an answer stands, for messages: "answers 'x.jsonl' line 2" and "on line 2". */
export interface AnswerPlace {
  readonly what: string;
  readonly short: string;
  /** What to do about a line that is no answer, beside writing one. */
  readonly advice?: string;
}

/**
 * The answers to one batch as they come in, in any order; the same answer twice is fine. An item with two different ones
 * counts as not answered.
 */
export interface AnswerSheet {
  /** @throws BalpmError (data) for a malformed line, an unknown id or a contradiction, naming the place. */
  readonly add: (line: string, place: AnswerPlace) => void;
  readonly count: () => number;
  /** Ids without an answer, in the batch's order. */
  readonly missing: () => readonly string[];
  /** The answers in the batch's order, once none is missing. */
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
          `Cannot read ${place.what}: id ${quoteLine(id)} is not in the batch of round ${batch.round}; an id of the batch is needed`,
        );
      const earlier = given.get(id);
      if (earlier && !isSameLabel(earlier.label, label)) {
        disputed.add(id);
        throw dataError(
          `Cannot read ${place.what}: id ${quoteLine(id)} was answered '${labelInWords(earlier.label)}' ${earlier.place.short} and '${labelInWords(label)}' here; one answer is needed`,
        );
      }
      given.set(id, { label, place });
    },
    count: () => given.size - disputed.size,
    missing: () => batch.ids.filter((id) => !given.has(id) || disputed.has(id)),
    answers: () => batch.ids.map((id) => given.get(id)?.label as Label),
  };
}

/** The JSON value of a line, undefined when it is none; a byte order mark before it is passed over. */
export function parseJson(line: string): unknown {
  try {
    return parseText(withoutMark(line));
  } catch {
    return undefined;
  }
}

const withoutMark = (line: string): string => line.replace(/^\ufeff/, '');

/**
 * The line's value with an id that is a whole number as the text of its digits.
 * @throws BalpmError (data) for 1.0, which is another spelling than that of item 1.
 */
function withTextId(json: unknown, line: string, what: string): unknown {
  if (!isPlainObject(json) || typeof json['id'] !== 'number') return json;
  const spelled = parseSpellings(withoutMark(line)) as Readonly<Record<string, Spelling>>;
  const { text } = spelled['id'] as Spelling;
  const id = itemIdOf(json['id'], () => text);
  if (id === null)
    throw dataError(
      `Cannot read ${what}: field 'id' is ${text.slice(0, 40)}; text or a whole number (1, not 1.0) is needed`,
    );
  return { ...json, id };
}

/** The answer in a line. @throws BalpmError (data) that quotes what stands in its place. */
export function parseAnswer(line: string, { what, advice }: AnswerPlace): Answer {
  const json = withTextId(parseJson(line), line, what);
  const parsed = AnswerLine.safeParse(json);
  if (parsed.success) {
    const { id, preferred, p, weight } = parsed.data;
    return { id, label: labelOf(p ?? probabilityOf({ preferred: preferred as Preference }), weight) };
  }
  const found = json === undefined ? `${quoteLine(line)} is not JSON` : describeLine(json, line, parsed.error);
  const field = String(parsed.error.issues[0]?.path[0]);
  const needed = (Object.hasOwn(NEEDED, field) && NEEDED[field]) || NEEDED_LINE;
  throw dataError(`Cannot read ${what}: ${found}; ${needed} is needed${advice === undefined ? '' : `, ${advice}`}`);
}

const NEEDED_LINE =
  '{"id": text, "preferred": "a", "b" or "tie"} or {"id": text, "p": the probability that a is preferred}';

/** What fields besides `id` and `preferred` must be. */
const NEEDED: Readonly<Record<string, string>> = {
  p: '"p": the probability that a is preferred, in [0, 1] and on the side of "preferred",',
  weight: '"weight": a finite number above 0',
};

/** What stands in the place of the field that is wrong, or in the place of the whole line. */
function describeLine(json: unknown, line: string, error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  if (field === undefined || typeof json !== 'object' || json === null) return `it is ${quoteLine(line)}`;
  const given = (json as Record<PropertyKey, unknown>)[field];
  if (typeof given === 'string') return `field '${String(field)}' is ${quoteLine(given)}`;
  return `field '${String(field)}' ${describeField(given)}${given === undefined ? ` in ${quoteLine(line)}` : ''}`;
}
