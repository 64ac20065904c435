import { attributeOf } from '../../src/protocol/schema/field-name.ts';
import type { Schema } from '../../src/protocol/schema/json-schema.ts';
import type { WireSchema } from './wire-schema.ts';

interface Tag {
  readonly field: string;
  readonly value: string;
}

/** Python source with one msgspec struct for every object of the wire and one alias for every union. */
export function messagesModule(schema: WireSchema, note: string): string {
  const definitions = inOrder(schema.$defs).filter((name) => name !== 'ErrorCode');
  const tagged = new Set(unionMembers(schema.$defs));
  const blocks = definitions.map((name) => definition(name, schema.$defs[name] ?? {}, tagged.has(name)));
  return `# ${note}
"""Every message, parameter and result of the wire. Attributes are snake_case; the wire has camelCase."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from .error_codes import ErrorCode

${blocks.join('\n')}`;
}

/** Names such that each stands after those it mentions. */
function inOrder(definitions: Readonly<Record<string, Schema>>): string[] {
  const done = new Set<string>();
  const visit = (name: string): void => {
    if (done.has(name)) return;
    for (const mentioned of mentions(definitions[name] ?? {})) visit(mentioned);
    done.add(name);
  };
  for (const name of Object.keys(definitions).toSorted()) visit(name);
  return [...done];
}

function mentions(schema: Schema): string[] {
  return [...JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)].flatMap((match) => match[1] ?? []);
}

/** Structs that are told apart by a tag; elsewhere a fixed text stays an ordinary field. */
function unionMembers(definitions: Readonly<Record<string, Schema>>): string[] {
  const unions = [...JSON.stringify(definitions).matchAll(/"oneOf":(\[.*?\])/g)];
  return unions.flatMap((match) => mentions(JSON.parse(match[1] ?? '[]') as Schema));
}

function definition(name: string, schema: Schema, tagged: boolean): string {
  return schema.oneOf === undefined
    ? struct(name, schema, tagged ? tagOf(schema) : undefined)
    : `\n${name} = ${schema.oneOf.map(typeOf).join(' | ')}\n`;
}

function struct(name: string, schema: Schema, tag: Tag | undefined): string {
  const fields = Object.entries(schema.properties ?? {}).filter(([field]) => field !== tag?.field);
  const body = fields.map(([field, inner]) => `    ${attributeOf(field)}: ${typeOf(inner)}`);
  const names = fields.map(([field]) => field);
  return `\nclass ${name}(${options(names, tag)}):\n${body.join('\n') || '    pass'}\n`;
}

function options(fields: readonly string[], tag: Tag | undefined): string {
  const renamed = fields.filter((field) => attributeOf(field) !== field);
  return [
    'Struct, kw_only=True, frozen=True, forbid_unknown_fields=True',
    ...(tag ? [`tag_field="${tag.field}", tag="${tag.value}"`] : []),
    ...(renamed.length > 0
      ? [`rename={${renamed.map((field) => `"${attributeOf(field)}": "${field}"`).join(', ')}}`]
      : []),
  ].join(', ');
}

/** The field that tells the members of a union apart: the only one with a fixed text, `type` or `kind`. */
function tagOf(schema: Schema): Tag | undefined {
  for (const field of ['type', 'kind']) {
    const value = schema.properties?.[field]?.const;
    if (typeof value === 'string') return { field, value };
  }
  return undefined;
}

/** The Python type of a schema. */
function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  const members = schema.anyOf ?? schema.oneOf;
  if (members !== undefined) return members.map(typeOf).join(' | ');
  if (schema.const !== undefined) return `Literal[${JSON.stringify(schema.const)}]`;
  if (schema.enum !== undefined) return `Literal[${schema.enum.map((value) => JSON.stringify(value)).join(', ')}]`;
  if (schema.type === undefined) return 'Any';
  if (typeof schema.type !== 'string') return schema.type.map((type) => bare(type, schema)).join(' | ');
  return constrained(bare(schema.type, schema), schema);
}

function bare(type: string, schema: Schema): string {
  switch (type) {
    case 'string':
      return 'str';
    case 'integer':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'null':
      return 'None';
    case 'array':
      return `list[${typeOf(schema.items ?? {})}]`;
    case 'object':
      return `dict[str, ${typeOf(schema.additionalProperties || {})}]`;
    default:
      throw new Error(`Cannot write a Python type: '${type}' is unknown, a JSON type is needed`);
  }
}

function constrained(type: string, schema: Schema): string {
  const limits: readonly (readonly [string, number | string | undefined])[] = [
    ['ge', schema.minimum],
    ['le', schema.maximum],
    ['gt', schema.exclusiveMinimum],
    ['lt', schema.exclusiveMaximum],
    ['min_length', schema.minLength ?? schema.minItems],
    ['max_length', schema.maxItems],
    ['pattern', schema.pattern && `r"${pythonPattern(schema.pattern)}"`],
  ];
  const given = limits.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return given.length === 0 ? type : `Annotated[${type}, Meta(${given.join(', ')})]`;
}

/** Python's `$` also matches before a last line feed; `\Z` does not. */
const pythonPattern = (pattern: string): string => pattern.replace(/\$$/, '\\Z');
