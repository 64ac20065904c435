import { messageOf } from '../../base/errors.ts';
import { explainValue } from '../../base/text/explain-value.ts';
import type { FromWorker } from '../../protocol/envelope.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Operation } from '../../protocol/operation.ts';
import type { TensorFiles } from '../tensors/tensor-files.ts';
import { discardTensors, unpackTensors } from '../tensors/unpack-tensors.ts';
import { type FailureDetails, type Retry, WorkerFailure } from '../worker-failure.ts';
import type { Answer, ProgressNote } from './call.ts';

type Message<Type extends FromWorker['type']> = Extract<FromWorker, { type: Type }>;

/** The message of a result and the frames that came with it. */
export interface ArrivedResult {
  readonly message: Message<'result'>;
  readonly frames: readonly Buffer[];
}

/** What an operation answered. @throws WorkerFailure BAD_MESSAGE when it is not what the operation promises. */
export async function answerOf(
  operation: Operation,
  message: Message<'result'>,
  frames: readonly Buffer[],
  files: TensorFiles,
): Promise<Answer<unknown>> {
  const parsed = operation.data.safeParse(message.data);
  if (!parsed.success) {
    await discardTensors(message.tensors, files);
    throw unreadable(operation, explainValue(parsed.error));
  }
  try {
    const tensors = await unpackTensors(message.tensors, frames, files);
    return { data: parsed.data, tensors, wallMs: message.wallMs, cached: message.cached };
  } catch (error) {
    throw unreadable(operation, messageOf(error));
  }
}

/** Failures that the log says more about. */
const POINTER: Partial<Record<ErrorCode, string>> = {
  INTERNAL: 'the traceback is in',
  USER_CODE: 'the worker’s log is',
};

/** The failure a worker reported. */
export function failureOf(error: Message<'error'>['error'], logFile: string): WorkerFailure {
  const details: FailureDetails = {
    ...error.details,
    logFile,
    ...(error.traceback ? { traceback: error.traceback } : {}),
  };
  const pointer = POINTER[error.code];
  const words = pointer === undefined ? '' : `; ${pointer} '${logFile}'`;
  return new WorkerFailure(error.code, `${error.message}${words}`, details, { retry: retryOf(error) });
}

/** A worker says whether it makes sense to ask again; that it is leaving is not the request's fault. */
function retryOf({ code, retryable }: Message<'error'>['error']): Retry {
  if (code === 'PREEMPTED' || (code === 'UNAVAILABLE' && retryable)) return 'free';
  return retryable ? 'counted' : 'never';
}

/** How far the worker says it is. */
export function progressOf({ done, total, metrics, note }: Message<'progress'>): ProgressNote {
  return { done, total, metrics, note };
}

/** The failure of a call whose answer cannot be read. */
export const unreadable = (operation: Operation, found: string): WorkerFailure =>
  new WorkerFailure(
    'BAD_MESSAGE',
    `Cannot read the result of '${operation.name}': ${found}, a worker of this version is needed`,
  );
