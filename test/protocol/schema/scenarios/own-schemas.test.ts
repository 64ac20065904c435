import { execa } from 'execa';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkSchema } from '../../../../src/protocol/schema/check-schema.ts';
import { schemaDocument } from '../../../../src/protocol/schema/schema-document.ts';
import { openStream } from '../../../../src/random/stream.ts';
import { isValid } from '../../../../tools/corpus/corpus.ts';
import { mutateText } from '../../../../tools/corpus/mutate-text.ts';
import { mutateValue } from '../../../../tools/corpus/mutate-value.ts';
import { pick } from '../../../../tools/corpus/pick.ts';
import { textOf } from '../../../../tools/corpus/raw-text.ts';
import { PYTHON } from '../../../worker/test-worker.ts';

const Circle = z.strictObject({ shape: z.literal('circle'), radius: z.number().positive() });
const Dot = z.strictObject({ shape: z.literal('dot'), at: z.array(z.number().lt(1)).length(2) });
const Shape = z.discriminatedUnion('shape', [Circle, Dot]);

/** Schemas as a team might write them, each with values that fit. */
const CASES: readonly { readonly schema: z.ZodType; readonly good: readonly unknown[] }[] = [
  {
    schema: z.strictObject({ any: Shape.nullable(), one: Circle, list: z.array(Shape).min(1) }),
    good: [
      { any: null, one: { shape: 'circle', radius: 1e-9 }, list: [{ shape: 'dot', at: [0.5, -3] }] },
      {
        any: { shape: 'dot', at: [0, 0] },
        one: { shape: 'circle', radius: 2 },
        list: [{ shape: 'circle', radius: 7 }],
      },
    ],
  },
  {
    schema: z.strictObject({
      tag: z.string().regex(/^(?:v[0-9]{1,3}|x+\.y?|[-a-f]{2}\/\$)$/),
      part: z.string().regex(/b$|^[A-Z]_/),
      level: z.enum({ low: 1, high: 2 }),
      mode: z.enum(['on', 'off']),
    }),
    good: [
      { tag: 'v12', part: 'ab', level: 1, mode: 'on' },
      { tag: 'xx.', part: 'A_\n', level: 2, mode: 'off' },
      { tag: 'a-/$', part: 'b', level: 1, mode: 'on' },
    ],
  },
  {
    schema: z.strictObject({
      loose: z.union([z.string().min(1), z.int().min(-2), z.boolean(), z.array(z.null()), z.null()]),
      inner: z.strictObject({ deepMiB: z.record(z.string(), z.strictObject({ x: z.unknown() })) }),
      share: z.number().min(0).max(1).describe('a share'),
    }),
    good: [
      { loose: 'é', inner: { deepMiB: { '': { x: [1] } } }, share: 0.5 },
      { loose: -2, inner: { deepMiB: {} }, share: 1 },
      { loose: [null, null], inner: { deepMiB: { a: { x: null } } }, share: 0 },
    ],
  },
  { schema: z.record(z.string(), z.array(z.number().nonnegative())), good: [{}, { a: [0, 1.5] }] },
];
const MUTATED_A_SCHEMA = 1500;

/** Good texts, texts with values changed, and texts with characters changed. */
function textsOf(good: readonly unknown[], index: number): string[] {
  const stream = openStream(['own-schemas', index]);
  const changed = Array.from({ length: MUTATED_A_SCHEMA }, () => textOf(mutateValue(pick(good, stream), stream)));
  const broken = Array.from({ length: MUTATED_A_SCHEMA / 5 }, () => mutateText(textOf(pick(good, stream)), stream));
  return [...good.map(textOf), ...changed, ...broken];
}

test('zod and the types made at run time judge own schemas alike, on 7,000 good, mutated and broken texts', async () => {
  const asked = CASES.map(({ schema, good }, index) => {
    const document = schemaDocument(schema);
    const { $defs, ...root } = document;
    checkSchema(`case ${index}`, root, $defs);
    return { schema: document, texts: textsOf(good, index) };
  });
  const input = asked.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { stdout } = await execa(PYTHON, ['test/protocol/judge_schemas.py'], { input });
  const verdicts = stdout.split('\n').map((line) => JSON.parse(line) as boolean[]);
  expect(asked.flatMap(({ texts }) => texts).length).toBeGreaterThan(7000);
  for (const [index, { schema, good }] of CASES.entries()) {
    const texts = asked[index]?.texts ?? [];
    const own = texts.map((text) => isValid(schema, text));
    expect(own.slice(0, good.length)).toEqual(good.map(() => true));
    expect(own.filter(Boolean).length).toBeGreaterThan(50);
    expect(texts.filter((_text, place) => own[place] !== verdicts[index]?.[place])).toEqual([]);
  }
});
