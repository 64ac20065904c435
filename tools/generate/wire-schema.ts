import { z } from 'zod';
import { FromOrchestrator, FromWorker } from '../../src/protocol/envelope.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { OPERATIONS } from '../../src/protocol/index.ts';
import { checkSchema } from '../../src/protocol/schema/check-schema.ts';
import type { Definitions } from '../../src/protocol/schema/json-schema.ts';
import { schemaDocument } from '../../src/protocol/schema/schema-document.ts';
import { checkNames } from './check-names.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

export interface WireSchema {
  readonly $comment: string;
  readonly $schema: string;
  readonly operations: Readonly<Record<string, { version: number; params: string; data: string }>>;
  readonly $defs: Definitions;
}

/** Every named schema of the wire as one JSON Schema document (draft 2020-12), with the table of operations. */
export function wireSchema(comment: string): WireSchema {
  const roots = z.strictObject({ ErrorCode, FromWorker, FromOrchestrator, ...operationSchemas() });
  const definitions = schemaDocument(roots).$defs;
  for (const [name, schema] of Object.entries(definitions)) {
    checkSchema(name, schema, definitions);
    checkNames(name, schema);
  }
  return { $comment: comment, $schema: DIALECT, operations: operationTable(), $defs: definitions };
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
