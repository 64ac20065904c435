import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson, sha256 } from '../base/canonical-json.ts';
import type { Operation } from '../protocol/operation.ts';
import { SCHEMA_SHA } from '../protocol/schema-sha.ts';
import type { CallOptions } from './call.ts';
import type { numberMessages } from './envelope.ts';
import { explainValue } from './explain-value.ts';
import { bytesOf, describeTensors, encodeMessage, type TensorDescription } from './frames.ts';
import type { PackedTensors } from './pack-tensors.ts';
import type { Tensors } from './tensor.ts';
import { WorkerFailure } from './worker-failure.ts';

/** What is asked for. */
export interface Question {
  readonly operation: Operation;
  readonly params: unknown;
  readonly tensors: Tensors;
  readonly options: CallOptions;
}

/** A question that was checked: the same for all its attempts. */
export interface PreparedRequest {
  /** Names the call in the journal. */
  readonly call: string;
  readonly operation: Operation;
  readonly params: unknown;
  readonly tensors: Tensors;
  readonly specs: readonly TensorDescription[];
  readonly options: CallOptions;
  readonly key: string;
}

/** One try at one worker. */
export interface Attempt {
  readonly request: PreparedRequest;
  readonly number: number;
  readonly hint: 'halve-batch' | null;
  /** Milliseconds left until the call's deadline, null without one. */
  readonly deadlineMs: number | null;
}

/** Checks a question before anything is spent. @throws WorkerFailure INVALID_ARGUMENT naming the field, TOO_LARGE. */
export function prepareRequest({ operation, params, tensors, options }: Question): PreparedRequest {
  const what = nameOf(operation);
  const parsed = operation.params.safeParse(params);
  if (!parsed.success) {
    throw new WorkerFailure(
      'INVALID_ARGUMENT',
      `Cannot send ${what}: ${explainValue(parsed.error)}, valid parameters are needed`,
    );
  }
  const specs = describeTensors(tensors, what);
  const key = keyOf(operation, parsed.data, tensors, specs, options.key);
  return { call: randomUUID(), operation, params: parsed.data, tensors, specs, options, key };
}

/** Makes the frames of one attempt from the fields every message has and its packed arrays. @throws WorkerFailure TOO_LARGE. */
export function encodeAttempt(
  { request, number, hint, deadlineMs }: Attempt,
  common: ReturnType<ReturnType<typeof numberMessages>>,
  { specs, inline }: PackedTensors,
): Uint8Array[] {
  const { operation, options, params, key } = request;
  const header = {
    type: 'request',
    ...common,
    op: operation.name,
    opVersion: operation.version,
    params,
    tensors: specs,
    key,
    attempt: number,
    keep: options.key !== undefined,
    deadlineMs,
    hint,
    resumeFrom: null,
  };
  return encodeMessage(header, inline, nameOf(operation));
}

/** A request as it stands in messages. */
export const nameOf = ({ name }: Operation): string => `a request for '${name}'`;

/** The given key, the key of the request's content, or one that no other call has. */
function keyOf(
  { name, version }: Operation,
  params: unknown,
  tensors: Tensors,
  specs: readonly TensorDescription[],
  given: string | undefined,
): string {
  if (given === undefined) return sha256(randomUUID());
  if (given !== 'content') return given;
  const hash = createHash('sha256').update(canonicalJson({ name, version, params, schema: SCHEMA_SHA, specs }));
  for (const tensor of Object.values(tensors)) hash.update(bytesOf(tensor));
  return hash.digest('hex');
}
