import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { quotePath, readableReason } from '../base/files/files.ts';
import { explainValue } from '../base/text/explain-value.ts';
import { OwnOperation } from '../protocol/envelope.ts';
import { OPERATIONS } from '../protocol/index.ts';
import type { Operation } from '../protocol/operation.ts';
import { checkSchema } from '../protocol/schema/check-schema.ts';
import { kindsOf } from '../protocol/schema/check-union.ts';
import type { SchemaDocument } from '../protocol/schema/json-schema.ts';
import { schemaDocument } from '../protocol/schema/schema-document.ts';
import { WorkerFailure } from './worker-failure.ts';

/** An operation of the caller's own as a worker is told of it. */
export type OwnOperationMessage = z.infer<typeof OwnOperation>;

/** As many as a welcome may hold. */
const MOST_OPERATIONS = 256;

/**
 * What a worker is told of the operations that are not its own.
 * @throws WorkerFailure INVALID_ARGUMENT naming the operation whose name is taken, whose file is missing, or whose
 * schemas would not be judged alike in Python.
 */
export function describeOwnOperations(operations: readonly Operation[]): OwnOperationMessage[] {
  if (operations.length > MOST_OPERATIONS)
    throw refusal(`Cannot use ${operations.length} operations of one's own: at most ${MOST_OPERATIONS} are needed`);
  const taken = new Set(OPERATIONS.map(({ name }): string => name));
  return operations.map((operation) => {
    if (taken.has(operation.name))
      throw refused(operation, 'another operation has that name, one of its own is needed');
    taken.add(operation.name);
    return describe(operation);
  });
}

function describe(operation: Operation): OwnOperationMessage {
  const { name, version, pure, stallMs } = operation;
  const file = fileOf(operation);
  const described = OwnOperation.safeParse({ name, version, file, pure, stallMs, params: {}, data: {} });
  if (!described.success) throw refused(operation, `${explainValue(described.error)}, a valid one is needed`);
  return { ...described.data, params: documentOf(operation, 'params'), data: documentOf(operation, 'data') };
}

/** The absolute path of the operation's file. */
function fileOf(operation: Operation): string {
  if (typeof operation.file !== 'string')
    throw refused(operation, 'it has no file, the path of a Python file is needed');
  const path = resolve(operation.file);
  if (!isFile(operation, path)) throw refused(operation, `${quotePath(path)} is not a file, a Python file is needed`);
  return path;
}

function isFile(operation: Operation, path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    throw refused(operation, `${quotePath(path)}: ${readableReason(error)}, a Python file is needed`);
  }
}

/** The JSON Schema of what goes in or comes out. */
function documentOf(operation: Operation, part: 'params' | 'data'): Record<string, unknown> {
  if (!(operation[part] instanceof z.ZodType))
    throw refused(operation, `its ${part} are no schema, one of zod 4 is needed`);
  try {
    const document = schemaDocument(operation[part]);
    checkDocument(`${operation.name} ${part}`, document);
    return { ...document };
  } catch (error) {
    throw refused(
      operation,
      `its ${part} cannot travel (${messageOf(error).split('\n')[0]}), another schema is needed`,
    );
  }
}

function checkDocument(name: string, { $defs, ...root }: SchemaDocument): void {
  checkSchema(name, root, $defs);
  for (const [id, schema] of Object.entries($defs)) checkSchema(`${name} ${id}`, schema, $defs);
  if (kindsOf(root, $defs).some((kind) => kind !== 'object'))
    throw new Error(`Cannot put '${name}' on the wire: it is no object, a strictObject is needed`);
}

const refused = ({ name }: Operation, problem: string): WorkerFailure =>
  refusal(`Cannot use operation '${name}': ${problem}`);

const refusal = (message: string): WorkerFailure => new WorkerFailure('INVALID_ARGUMENT', message);
