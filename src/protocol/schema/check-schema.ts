import { patternProblem } from './check-pattern.ts';
import { unionProblem } from './check-union.ts';
import { fieldNamesProblem } from './field-name.ts';
import type { Definitions, Schema } from './json-schema.ts';

/** Every keyword that becomes a Python type; another would be dropped without a word. */
const KEYWORDS: ReadonlySet<string> = new Set([
  '$ref',
  'type',
  'const',
  'enum',
  'anyOf',
  'oneOf',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'items',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'minItems',
  'maxItems',
  'pattern',
]);

/**
 * Refuses what the two languages would judge differently; `definitions` are what `$ref` may name, to be checked apart.
 * @throws Error naming the schema and the field.
 */
export function checkSchema(name: string, schema: Schema, definitions: Definitions = {}): void {
  const problem = problemOf(schema, definitions);
  if (problem !== undefined) throw new Error(`Cannot put '${name}' on the wire: ${problem}`);
  for (const [suffix, inner] of partsOf(schema)) checkSchema(`${name}${suffix}`, inner, definitions);
}

/** The schemas inside a schema, each with what its name adds. */
function partsOf(schema: Schema): [string, Schema][] {
  return [
    ...Object.entries(schema.properties ?? {}).map(([field, inner]): [string, Schema] => [`.${field}`, inner]),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((inner): [string, Schema] => ['', inner]),
    ...(schema.items === undefined ? [] : [['[]', schema.items] as [string, Schema]]),
    ...(schema.additionalProperties ? [['.*', schema.additionalProperties] as [string, Schema]] : []),
  ];
}

function problemOf(schema: Schema, definitions: Definitions): string | undefined {
  return (
    textProblem(schema) ??
    keywordProblem(schema) ??
    fixedValueProblem(schema) ??
    objectProblem(schema) ??
    recordProblem(schema) ??
    unionProblem(schema, definitions)
  );
}

/** JavaScript counts UTF-16 units, Python counts characters; both know what is empty. */
function textProblem(schema: Schema): string | undefined {
  if ('maxLength' in schema) return 'a text has a greatest length, a pattern is needed';
  if ((schema.minLength ?? 0) > 1) return 'a text has a least length above 1, a pattern is needed';
  return schema.pattern === undefined ? undefined : patternProblem(schema.pattern);
}

function keywordProblem(schema: Schema): string | undefined {
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  return unknown === undefined ? undefined : `'${unknown}' is unknown to the Python side, another way is needed`;
}

function fixedValueProblem(schema: Schema): string | undefined {
  const values: readonly unknown[] = [...('const' in schema ? [schema.const] : []), ...(schema.enum ?? [])];
  const wrong = values.find((value) => typeof value !== 'string' && !Number.isSafeInteger(value));
  return wrong === undefined
    ? undefined
    : `a fixed value is ${JSON.stringify(wrong)}, texts and whole numbers are needed`;
}

function objectProblem({ properties, required, additionalProperties }: Schema): string | undefined {
  const fields = Object.keys(properties ?? {});
  const optional = fields.find((field) => !required?.includes(field));
  if (optional !== undefined) return `'${optional}' is optional, nullable is needed`;
  if (fields.length > 0 && additionalProperties !== false) return 'it is open, a strictObject is needed';
  return fieldNamesProblem(fields);
}

/** The keys of a record are plain text in Python; its values are judged like any other. */
function recordProblem({ propertyNames }: Schema): string | undefined {
  if (propertyNames === undefined) return undefined;
  const isText = propertyNames.type === 'string' && Object.keys(propertyNames).length === 1;
  return isText ? undefined : 'the keys of a record are restricted, any text is needed';
}
