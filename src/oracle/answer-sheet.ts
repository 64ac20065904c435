import { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { Side } from '../data/dataset-format.ts';
import type { Batch } from './oracle.ts';
import { quoteLine } from './quote-line.ts';

/** One answer. Other fields (annotator, time, …) are welcome and ignored. */
const AnswerLine = z.object({ id: z.string(), preferred: Side });

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
  readonly answers: () => readonly Side[];
}

/** An empty sheet for a batch. */
export function createAnswerSheet(batch: Batch): AnswerSheet {
  const known = new Set(batch.ids);
  const given = new Map<string, { readonly preferred: Side; readonly place: AnswerPlace }>();
  const disputed = new Set<string>();
  return {
    add: (line, place) => {
      const { id, preferred } = parseAnswer(line, place);
      if (!known.has(id))
        throw dataError(
          `Cannot read ${place.what}: id ${quoteLine(id)} is not in the batch of round ${batch.round}; an id of the batch is needed`,
        );
      const earlier = given.get(id);
      if (earlier && earlier.preferred !== preferred) {
        disputed.add(id);
        throw dataError(
          `Cannot read ${place.what}: id ${quoteLine(id)} was answered '${earlier.preferred}' ${earlier.place.short} and '${preferred}' here; one answer is needed`,
        );
      }
      given.set(id, { preferred, place });
    },
    count: () => given.size - disputed.size,
    missing: () => batch.ids.filter((id) => !given.has(id) || disputed.has(id)),
    answers: () => batch.ids.map((id) => given.get(id)?.preferred as Side),
  };
}

/** The JSON value of a line, undefined when it is none. */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The answer in a line. @throws BalpmError (data) that quotes what stands in its place. */
export function parseAnswer(line: string, { what, advice }: AnswerPlace): z.infer<typeof AnswerLine> {
  const json = parseJson(line);
  const parsed = AnswerLine.safeParse(json);
  if (parsed.success) return parsed.data;
  const found = json === undefined ? `${quoteLine(line)} is not JSON` : describeLine(json, line, parsed.error);
  const needed = `{"id": text, "preferred": "a" or "b"} is needed${advice === undefined ? '' : `, ${advice}`}`;
  throw dataError(`Cannot read ${what}: ${found}; ${needed}`);
}

/** What stands in the place of the field that is wrong, or in the place of the whole line. */
function describeLine(json: unknown, line: string, error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  if (field === undefined || typeof json !== 'object' || json === null) return `it is ${quoteLine(line)}`;
  const given = (json as Record<PropertyKey, unknown>)[field];
  if (given === undefined) return `field '${String(field)}' is missing in ${quoteLine(line)}`;
  const value = JSON.stringify(given);
  return `field '${String(field)}' is ${typeof given === 'string' ? quoteLine(given) : quoteLine(value).slice(1, -1)}`;
}
