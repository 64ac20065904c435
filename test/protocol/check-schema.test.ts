import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { checkSchema } from '../../tools/generate/check-schema.ts';
import { errorCodesModule } from '../../tools/generate/error-codes-module.ts';

function check(schema: z.ZodType): void {
  const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, { unrepresentable: 'throw' });
  checkSchema('Made', plain);
}

describe('checkSchema()', () => {
  it('takes what both languages judge alike', () => {
    const Inner = z.strictObject({ a: z.string().min(1).nullable(), b: z.array(z.int().max(3)).max(2) });
    expect(() => check(Inner)).not.toThrow();
    expect(() => check(z.record(z.string(), z.number().min(0)))).not.toThrow();
  });

  test.each<[string, z.ZodType, string]>([
    [
      'an exclusive bound',
      z.strictObject({ a: z.number().gt(0) }),
      "'Made.a' on the wire: 'exclusiveMinimum' is unknown",
    ],
    [
      'a multiple',
      z.strictObject({ a: z.array(z.int().multipleOf(2)) }),
      "'Made.a[]' on the wire: 'multipleOf' is unknown",
    ],
    ['a default', z.strictObject({ a: z.int().default(3) }), "'default' is unknown to the generator"],
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
    ['an unnamed object', z.strictObject({ a: z.strictObject({ b: z.int() }) }), "'a' is an unnamed object"],
    ['an open object', z.looseObject({ a: z.int() }), 'it is open'],
    ['a tuple', z.strictObject({ a: z.tuple([z.int(), z.int()]) }), "'prefixItems' is unknown"],
  ])('refuses %s', (_what, schema, message) => {
    expect(() => check(schema)).toThrow(message);
  });
});

test('errorCodesModule() refuses a schema without error codes', () => {
  const schema = { $comment: '', $schema: '', operations: {}, $defs: {} };
  expect(() => errorCodesModule(schema, 'note')).toThrow('the schema has no ErrorCode, an enum is needed');
});
