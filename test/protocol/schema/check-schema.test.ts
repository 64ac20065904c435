import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { checkSchema } from '../../../src/protocol/schema/check-schema.ts';
import { schemaDocument } from '../../../src/protocol/schema/schema-document.ts';
import { checkNames } from '../../../tools/generate/check-names.ts';
import { errorCodesModule } from '../../../tools/generate/error-codes-module.ts';

function check(schema: z.ZodType): void {
  const { $defs, ...root } = schemaDocument(schema);
  checkSchema('Made', root, $defs);
}

describe('checkSchema()', () => {
  it('takes what both languages judge alike', () => {
    const Inner = z.strictObject({ a: z.string().min(1).nullable(), b: z.array(z.int().max(3)).max(2) });
    expect(() => check(Inner)).not.toThrow();
    expect(() => check(z.record(z.string(), z.number().min(0)))).not.toThrow();
    expect(() => check(z.strictObject({ a: z.number().gt(0), b: z.strictObject({ c: z.literal(1) }) }))).not.toThrow();
    expect(() => check(z.strictObject({ a: z.string().regex(/^(?:[a-f0-9]{2}|\.\/x+)$/) }))).not.toThrow();
    const kinds = ['a', 'b'].map((kind) => z.strictObject({ kind: z.literal(kind) }).describe('one of two'));
    expect(() => check(z.strictObject({ a: z.union([z.string(), z.int(), z.null()]) }))).not.toThrow();
    expect(() => check(z.discriminatedUnion('kind', [kinds[0]!, kinds[1]!]).nullable())).not.toThrow();
  });

  test.each<[string, z.ZodType, string]>([
    [
      'a multiple',
      z.strictObject({ a: z.array(z.int().multipleOf(2)) }),
      "'Made.a[]' on the wire: 'multipleOf' is unknown",
    ],
    ['a default', z.strictObject({ a: z.int().default(3) }), "'default' is unknown to the Python side"],
    ['a greatest length', z.strictObject({ a: z.string().max(3) }), 'a text has a greatest length'],
    [
      'one inside a record',
      z.strictObject({ a: z.record(z.string(), z.string().max(3)) }),
      "'Made.a.*' on the wire: a text",
    ],
    ['one inside a union', z.union([z.string().max(3), z.null()]), 'a text has a greatest length'],
    [
      'restricted keys',
      z.strictObject({ a: z.record(z.string().regex(/^a$/), z.int()) }),
      'the keys of a record are restricted',
    ],
    ['an optional field', z.strictObject({ a: z.int().optional() }), "'a' is optional"],
    ['an open object', z.looseObject({ a: z.int() }), 'it is open'],
    ['a least length above one', z.strictObject({ a: z.string().min(2) }), 'a text has a least length above 1'],
    ['a flag', z.strictObject({ a: z.string().regex(/^a$/i) }), "'properties.a' has a pattern with flag 'i'"],
    ['a refinement', z.strictObject({ a: z.int().refine((a) => a > 1) }), "'properties.a' has a refinement"],
    ['a transform', z.strictObject({ a: z.string().transform(Number) }), 'Transforms cannot be represented'],
    ['a fixed truth', z.strictObject({ a: z.literal(true) }), 'a fixed value is true'],
    ['a fixed fraction', z.strictObject({ a: z.literal(0.5) }), 'a fixed value is 0.5'],
    ['two numbers in a union', z.strictObject({ a: z.union([z.int(), z.number()]) }), 'of kind number'],
    ['a text beside a fixed one', z.strictObject({ a: z.union([z.literal('a'), z.string()]) }), 'of kind string'],
    ['two objects in a union', z.union([z.strictObject({ a: z.int() }), z.strictObject({})]), 'of kind object'],
    ['anything beside a text', z.strictObject({ a: z.union([z.string(), z.unknown()]) }), 'are anything'],
    ['a dashed field', z.strictObject({ 'a-b': z.int() }), "field 'a-b' cannot be a Python attribute"],
    ['a keyword of Python', z.strictObject({ lambda: z.int() }), "field 'lambda' cannot be a Python attribute"],
    ['two names of one attribute', z.strictObject({ aB: z.int(), a_b: z.int() }), "are both 'a_b' in Python"],
    ['a tuple', z.strictObject({ a: z.tuple([z.int(), z.int()]) }), "'prefixItems' is unknown"],
  ])('refuses %s', (_what, schema, message) => {
    expect(() => check(schema)).toThrow(message);
  });

  test.each(['.', '\\d', '\\w', '[^a]', '(?=a)', '(?<n>a)', 'é', '\\u0041', '[]'])(
    'refuses the pattern /%s/',
    (pattern) => {
      expect(() => check(z.strictObject({ a: z.string().regex(new RegExp(pattern)) }))).toThrow(
        `the pattern /${pattern}/`,
      );
    },
  );

  it('refuses a schema that contains itself', () => {
    const Tree: z.ZodType = z.strictObject({ inner: z.lazy(() => Tree.nullable()) });
    expect(() => check(Tree)).toThrow('Cycle detected');
  });
});

describe('checkNames()', () => {
  test.each<[string, z.ZodType]>([
    ['a field', z.strictObject({ a: z.strictObject({ b: z.int() }) })],
    ['an item', z.strictObject({ a: z.array(z.strictObject({ b: z.int() })) })],
    ['a value', z.record(z.string(), z.strictObject({ b: z.int() }))],
  ])('refuses an unnamed object as %s', (_what, schema) => {
    expect(() => checkNames('Made', schemaDocument(schema))).toThrow('is an unnamed object, an id is needed');
  });
});

test('errorCodesModule() refuses a schema without error codes', () => {
  const schema = { $comment: '', $schema: '', operations: {}, $defs: {} };
  expect(() => errorCodesModule(schema, 'note')).toThrow('the schema has no ErrorCode, an enum is needed');
});
