import { z } from 'zod';
import { FromOrchestrator, FromWorker } from '../../src/protocol/envelope.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { OPERATIONS } from '../../src/protocol/index.ts';
import { checkSchema } from './check-schema.ts';

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
  for (const [name, schema] of Object.entries(definitions)) checkSchema(name, { ...schema });
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
