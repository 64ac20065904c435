import { createHash } from 'node:crypto';
import type { Operation } from '../protocol/operation.ts';
import type { CallOptions } from './call.ts';
import type { numberMessages } from './envelope.ts';
import { explainValue } from './explain-value.ts';
import { describeTensors, encodeMessage } from './frames.ts';
import type { PackedTensors } from './pack-tensors.ts';
import type { Tensors } from './tensor.ts';
import { WorkerFailure } from './worker-failure.ts';

/** A request that was checked; its arrays are packed when it is sent. */
export interface CheckedRequest {
  readonly id: string;
  /** Its header, but for the place of every array. */
  readonly header: object;
}

/** What is asked for. */
export interface Question {
  readonly operation: Operation;
  readonly params: unknown;
  readonly tensors: Tensors;
  readonly options: CallOptions;
}

/** Checks a question. @throws WorkerFailure INVALID_ARGUMENT naming the field, TOO_LARGE for too many arrays. */
export function checkRequest(
  { operation, params, tensors, options }: Question,
  next: ReturnType<typeof numberMessages>,
): CheckedRequest {
  const what = nameOf(operation);
  const parsed = operation.params.safeParse(params);
  if (!parsed.success) {
    throw new WorkerFailure(
      'INVALID_ARGUMENT',
      `Cannot send ${what}: ${explainValue(parsed.error)}, valid parameters are needed`,
    );
  }
  const common = next(null, options.trace ?? null);
  const header = {
    type: 'request',
    ...common,
    op: operation.name,
    opVersion: operation.version,
    params: parsed.data,
    tensors: describeTensors(tensors, what),
    key: options.key ?? createHash('sha256').update(common.id).digest('hex'),
    attempt: 1,
    keep: options.key !== undefined,
    deadlineMs: options.deadlineMs ?? null,
    hint: null,
    resumeFrom: null,
  };
  return { id: common.id, header };
}

/** The frames of a request whose arrays are packed. @throws WorkerFailure TOO_LARGE. */
export const encodeRequest = (
  { operation }: Question,
  { header }: CheckedRequest,
  { specs, inline }: PackedTensors,
): Uint8Array[] => encodeMessage({ ...header, tensors: specs }, inline, nameOf(operation));

/** A request as it stands in messages. */
export const nameOf = ({ name }: Operation): string => `a request for '${name}'`;
