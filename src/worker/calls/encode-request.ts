import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson, sha256 } from '../../base/text/canonical-json.ts';
import { explainValue } from '../../base/text/explain-value.ts';
import type { Operation } from '../../protocol/operation.ts';
import { SCHEMA_SHA } from '../../protocol/schema/schema-sha.ts';
import { Digest, Identifier } from '../../protocol/text.ts';
import { hashInTurns } from '../tensors/in-slices.ts';
import type { PackedTensors } from '../tensors/pack-tensors.ts';
import { planTensors } from '../tensors/plan-tensors.ts';
import type { Tensors } from '../tensors/tensor.ts';
import { describeTensors, type TensorDescription } from '../tensors/tensor-frames.ts';
import { bytesOf, encodeMessage } from '../wire/frames.ts';
import type { numberMessages } from '../wire/number-messages.ts';
import { WorkerFailure } from '../worker-failure.ts';
import type { CallOptions } from './call.ts';

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

/** Checks a question before anything is spent; with a key of the content of large arrays that takes a while. @throws WorkerFailure INVALID_ARGUMENT naming the field, TOO_LARGE. */
export function prepareRequest(question: Question): PreparedRequest | Promise<PreparedRequest> {
  const { operation, params, tensors, options } = question;
  const what = nameOf(operation);
  const parsed = operation.params.safeParse(params);
  if (!parsed.success) {
    throw new WorkerFailure(
      'INVALID_ARGUMENT',
      `Cannot send ${what}: ${explainValue(parsed.error)}, valid parameters are needed`,
    );
  }
  checkNames(tensors, options.key, what);
  const specs = describeTensors(tensors, what);
  checkKey(specs, options.key, what);
  const withKey = (key: string): PreparedRequest => ({
    call: randomUUID(),
    operation,
    params: parsed.data,
    tensors,
    specs,
    options,
    key,
  });
  if (options.key === undefined) return withKey(sha256(randomUUID()));
  if (options.key !== 'content') return withKey(options.key);
  const { name, version } = operation;
  const key = contentKey({ name, version, params: parsed.data, schema: SCHEMA_SHA, specs }, tensors);
  return typeof key === 'string' ? withKey(key) : key.then(withKey);
}

/** What the worker would refuse as unreadable is the caller's to mend. @throws WorkerFailure INVALID_ARGUMENT. */
function checkNames(tensors: Tensors, key: string | undefined, what: string): void {
  const name = Object.keys(tensors).find((given) => !Identifier.safeParse(given).success);
  if (name !== undefined)
    throw invalid(`Cannot send ${what}: a tensor is named '${name}', printable ASCII without spaces is needed`);
  if (key !== undefined && key !== 'content' && !Digest.safeParse(key).success)
    throw invalid(`Cannot send ${what}: its key is '${key}', 64 hexadecimal digits or 'content' is needed`);
}

/** Of arrays in files only their hash could tell two requests apart. @throws WorkerFailure INVALID_ARGUMENT. */
function checkKey(specs: readonly TensorDescription[], key: string | undefined, what: string): void {
  if (key === undefined || key === 'content' || planTensors(specs.map(({ nbytes }) => nbytes)).size === 0) return;
  throw invalid(`Cannot send ${what}: it has a key and arrays beyond 64 MiB, the key 'content' is needed for those`);
}

const invalid = (message: string): WorkerFailure => new WorkerFailure('INVALID_ARGUMENT', message);

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
    keep: options.key !== undefined && options.keep !== false,
    deadlineMs,
    hint,
  };
  return encodeMessage(header, inline, nameOf(operation));
}

/** A request as it stands in messages. */
export const nameOf = ({ name }: Operation): string => `a request for '${name}'`;

/** Hashed without a break: about 4 ms. */
const AT_ONCE_BYTES = 4 << 20;

/** SHA-256 of what is asked and of the bytes of its arrays: at once for small ones, so that calls keep their order. */
function contentKey(asked: object, tensors: Tensors): string | Promise<string> {
  const hash = createHash('sha256').update(canonicalJson(asked));
  const arrays = Object.values(tensors);
  if (arrays.reduce((sum, { values }) => sum + values.byteLength, 0) > AT_ONCE_BYTES) {
    const hashAll = async (): Promise<string> => {
      for (const { values } of arrays) await hashInTurns(hash, values);
      return hash.digest('hex');
    };
    return hashAll();
  }
  for (const tensor of arrays) hash.update(bytesOf(tensor));
  return hash.digest('hex');
}
