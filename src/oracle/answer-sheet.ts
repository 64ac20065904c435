import { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { parseJson as parseBounded } from '../base/parse-json.ts';
import { Side } from '../data/dataset-format.ts';
import type { Batch } from './oracle.ts';

/** One answer. Other fields (annotator, time, …) are welcome and ignored. */
const AnswerLine = z.object({ id: z.string(), preferred: Side });

/** Where an answer stands, for messages: "answers 'x.jsonl' line 2" and "on line 2". */
export interface AnswerPlace {
  readonly what: string;
  readonly short: string;
}

/** The answers to one batch as they come in, in any order; the same answer twice is fine. */
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
  return {
    add: (line, place) => {
      const { id, preferred } = parseAnswer(line, place);
      if (!known.has(id))
        throw dataError(
          `Cannot read ${place.what}: id '${id}' is not in the batch of round ${batch.round}, an id of the batch is needed`,
        );
      const earlier = given.get(id);
      if (earlier && earlier.preferred !== preferred)
        throw dataError(
          `Cannot read ${place.what}: id '${id}' was answered '${earlier.preferred}' ${earlier.place.short} and '${preferred}' here, one answer is needed`,
        );
      given.set(id, { preferred, place });
    },
    count: () => given.size,
    missing: () => batch.ids.filter((id) => !given.has(id)),
    answers: () => batch.ids.map((id) => given.get(id)?.preferred as Side),
  };
}

/** The JSON value of a line, undefined when it is none. */
export function parseJson(line: string): unknown {
  try {
    return parseBounded(line);
  } catch {
    return undefined;
  }
}

function parseAnswer(line: string, { what }: AnswerPlace): z.infer<typeof AnswerLine> {
  const json = parseJson(line);
  if (json === undefined)
    throw dataError(`Cannot read ${what}: it is not JSON, {"id": …, "preferred": "a" or "b"} is needed`);
  const parsed = AnswerLine.safeParse(json);
  if (parsed.success) return parsed.data;
  const found = describeLine(json, parsed.error.issues[0]?.path[0]);
  throw dataError(`Cannot read ${what}: ${found}, {"id": text, "preferred": "a" or "b"} is needed`);
}

/** What stands in the place of the field that is wrong, or in the place of the whole line. */
function describeLine(json: unknown, field: PropertyKey | undefined): string {
  if (field === undefined || typeof json !== 'object' || json === null) return `it is ${JSON.stringify(json)}`;
  const given = (json as Record<PropertyKey, unknown>)[field];
  return given === undefined
    ? `field '${String(field)}' is missing`
    : `field '${String(field)}' is ${JSON.stringify(given)}`;
}
