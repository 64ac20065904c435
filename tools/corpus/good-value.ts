import type { Schema } from '../../src/protocol/schema/json-schema.ts';
import type { RandomStream } from '../../src/random/stream.ts';
import { pick } from './pick.ts';

type Definitions = Readonly<Record<string, Schema>>;

const TEXTS = ['a', 'two words', 'é', '日本語', '😀', '"\\/', 'line\nline', '\u2028', ' ', 'x'.repeat(70)];
const IDENTIFIERS = ['a', 'req-1', '~', '!', '0123456789abcdef', 'x'.repeat(64)];
const HEX = '0123456789abcdef';
const NUMBERS = [0, 1, 0.5, 3, 1e-300, 1e-9, 0.1, 7.25, 1e9, 1.7e308];
const INTEGERS = [0, 1, 2, 5, 64, 320, 65_536, 2 ** 31, 2 ** 53 - 1];

/** A value that fits a schema, edge values included. */
export function goodValue(schema: Schema, definitions: Definitions, stream: RandomStream): unknown {
  const good = (inner: Schema): unknown => goodValue(inner, definitions, stream);
  const members = schema.oneOf ?? schema.anyOf;
  if (schema.$ref !== undefined) return good(definitions[schema.$ref.replace('#/$defs/', '')] ?? {});
  if (members !== undefined) return good(pick(members, stream));
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum, stream);
  const type = typeof schema.type === 'object' ? pick(schema.type, stream) : schema.type;
  switch (type) {
    case 'string':
      return goodText(schema, stream);
    case 'integer':
      return within(INTEGERS, schema, stream);
    case 'number':
      return within(NUMBERS, schema, stream);
    case 'boolean':
      return stream.uniform() < 0.5;
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: stream.below(Math.min(3, schema.maxItems ?? 3) + 1) }, () =>
        good(schema.items ?? {}),
      );
    case 'object':
      return goodObject(schema, good, stream);
    default:
      return pick([1, 'x', null, [1, 'a'], { b: { c: [0.5] } }], stream);
  }
}

function goodObject(schema: Schema, good: (inner: Schema) => unknown, stream: RandomStream): unknown {
  const fields = schema.properties ?? {};
  if (schema.additionalProperties === false) {
    return Object.fromEntries(Object.entries(fields).map(([field, inner]) => [field, good(inner)]));
  }
  const keys = ['loss', 'é', '', 'a.b', 'constructor'].slice(0, stream.below(4));
  return Object.fromEntries(keys.map((key) => [key, good(schema.additionalProperties || {})]));
}

function goodText(schema: Schema, stream: RandomStream): string {
  switch (schema.pattern) {
    case undefined:
      return pick(schema.minLength ? TEXTS : ['', ...TEXTS], stream);
    case '^[0-9a-f]{64}$':
      return Array.from({ length: 64 }, () => HEX[stream.below(16)]).join('');
    case '^[!-~]{1,64}$':
      return pick(IDENTIFIERS, stream);
    default:
      throw new Error(`Cannot make a text: pattern '${schema.pattern}' is new, an example of it is needed here`);
  }
}

function within(values: readonly number[], { minimum, maximum }: Schema, stream: RandomStream): number {
  const fitting = values.filter((value) => value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity));
  return pick(minimum !== undefined && minimum < 0 ? [-1, minimum, ...fitting] : fitting, stream);
}
