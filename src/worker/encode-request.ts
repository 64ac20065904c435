import { createHash } from 'node:crypto';
import type { Operation } from '../protocol/operation.ts';
import type { CallOptions } from './call.ts';
import type { numberMessages } from './envelope.ts';
import { explainValue } from './explain-value.ts';
import { describeTensors, encodeMessage } from './frames.ts';
import type { Tensors } from './tensor.ts';
import { WorkerFailure } from './worker-failure.ts';

/** A request ready to be sent. */
export interface EncodedRequest {
  readonly id: string;
  readonly frames: readonly Uint8Array[];
}

/** What is asked for. */
export interface Question {
  readonly operation: Operation;
  readonly params: unknown;
  readonly tensors: Tensors;
  readonly options: CallOptions;
}

/** Makes the frames of a request. @throws WorkerFailure INVALID_ARGUMENT naming the field, TOO_LARGE. */
export function encodeRequest(
  { operation, params, tensors, options }: Question,
  next: ReturnType<typeof numberMessages>,
): EncodedRequest {
  const what = `a request for '${operation.name}'`;
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
  return { id: common.id, frames: encodeMessage(header, tensors, what) };
}
