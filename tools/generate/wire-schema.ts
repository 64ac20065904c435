import { z } from 'zod';
import { FromOrchestrator, FromWorker } from '../../src/protocol/envelope.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { OPERATIONS } from '../../src/protocol/index.ts';

/** The part of JSON Schema the wire uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

export interface WireSchema {
  readonly $comment: string;
  readonly $schema: string;
  readonly operations: Readonly<Record<string, { version: number; params: string; data: string }>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

/** Every named schema of the wire as one JSON Schema document (draft 2020-12), with the table of operations. */
export function wireSchema(comment: string): WireSchema {
  const roots = z.strictObject({ ErrorCode, FromWorker, FromOrchestrator, ...operationSchemas() });
  const document = z.toJSONSchema(roots, { target: 'draft-2020-12', unrepresentable: 'throw', reused: 'inline' });
  const definitions = document.$defs as Record<string, Schema>;
  for (const [name, schema] of Object.entries(definitions)) check(name, schema);
  return { $comment: comment, $schema: String(document.$schema), operations: operationTable(), $defs: definitions };
}

/** The name given to a schema with `.meta({ id })`. */
export function nameOf(schema: z.ZodType): string {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('Cannot name a wire schema: it has no id, .meta({ id }) is needed');
  return id;
}

function operationSchemas(): Record<string, z.ZodType> {
  const schemas = OPERATIONS.flatMap((operation): z.ZodType[] => [operation.params, operation.data]);
  return Object.fromEntries(schemas.map((schema) => [nameOf(schema), schema]));
}

function operationTable(): WireSchema['operations'] {
  return Object.fromEntries(
    OPERATIONS.map(({ name, version, params, data }) => [
      name,
      { version, params: nameOf(params), data: nameOf(data) },
    ]),
  );
}

/** Refuses what the two languages would judge differently. */
function check(name: string, schema: Schema): void {
  const where = `Cannot put '${name}' on the wire`;
  if (schema.maxLength !== undefined) throw new Error(`${where}: a text has a greatest length, a pattern is needed`);
  const fields = Object.entries(schema.properties ?? {});
  for (const [field, inner] of fields) {
    if (!schema.required?.includes(field)) throw new Error(`${where}: '${field}' is optional, nullable is needed`);
    if (inner.properties !== undefined) throw new Error(`${where}: '${field}' is an unnamed object, an id is needed`);
    check(`${name}.${field}`, inner);
  }
  if (fields.length > 0 && schema.additionalProperties !== false)
    throw new Error(`${where}: it is open, a strictObject is needed`);
  for (const inner of [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])]) check(name, inner);
}
