import type { z } from 'zod';
import { FromOrchestrator, FromWorker } from '../../src/protocol/envelope.ts';
import { OPERATIONS } from '../../src/protocol/index.ts';
import type { Schema } from '../../src/protocol/schema/json-schema.ts';
import { openStream } from '../../src/random/stream.ts';
import { parseHeader } from '../../src/worker/wire/frames.ts';
import { nameOf, wireSchema } from '../generate/wire-schema.ts';
import { goodValue } from './good-value.ts';
import { mutateText } from './mutate-text.ts';
import { mutateValue } from './mutate-value.ts';
import { textOf } from './raw-text.ts';

/** One line of the corpus: a text, the schema it is judged by, and whether it is valid. */
export interface CorpusLine {
  readonly schema: string;
  readonly text: string;
  readonly valid: boolean;
}

const SEED = 20_260_101;
const GOOD_PER_SHAPE = 12;
const MUTATED_VALUES_PER_SHAPE = 150;
const MUTATED_TEXTS_PER_SHAPE = 40;

/** Good, mutated and broken messages of every kind the wire knows; the same source gives the same lines. */
export function makeCorpus(): CorpusLine[] {
  return shapes().flatMap(({ root, shape }) => {
    const judge = SCHEMAS.get(root);
    if (judge === undefined) throw new Error(`Cannot judge '${root}': it is unknown, a schema of the wire is needed`);
    return textsOf(shape).map((text) => ({ schema: root, text, valid: isValid(judge, text) }));
  });
}

/** Whether the TypeScript side takes a text for that schema. */
export function isValid(schema: z.ZodType, text: string): boolean {
  try {
    return schema.safeParse(parseHeader(Buffer.from(text))).success;
  } catch {
    return false;
  }
}

/** Every schema a text can be judged by. */
export const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map(
  [FromWorker, FromOrchestrator, ...OPERATIONS.flatMap(({ params, data }): z.ZodType[] => [params, data])].map(
    (schema) => [nameOf(schema), schema],
  ),
);

/** Lines of the corpus that were not mutated. */
export const countGood = (): number => shapes().length * GOOD_PER_SHAPE;

/** Each member of a union is a shape of its own, so that every message type is covered alike. */
function shapes(): { root: string; shape: Schema }[] {
  const definitions = wireSchema('').$defs;
  return [...SCHEMAS.keys()].flatMap((root) => {
    const schema = definitions[root] ?? {};
    return (schema.oneOf ?? [schema]).map((shape) => ({ root, shape }));
  });
}

function textsOf(shape: Schema): string[] {
  const definitions = wireSchema('').$defs;
  const name = JSON.stringify(shape.$ref ?? Object.keys(shape.properties ?? {}));
  const stream = openStream([SEED, name]);
  const good = (): unknown => goodValue(shape, definitions, stream);
  return [
    ...repeat(GOOD_PER_SHAPE, () => textOf(good())),
    ...repeat(MUTATED_VALUES_PER_SHAPE, () => textOf(mutateValue(good(), stream))),
    ...repeat(MUTATED_TEXTS_PER_SHAPE, () => mutateText(textOf(good()), stream)),
  ];
}

const repeat = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
