import { BalpmError, type FailureKind } from '../base/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';

/** What is known beside the message: exit code, signal, last lines of stderr, traceback, log file. */
export type FailureDetails = Readonly<Record<string, string>>;

/**
 * Whether another attempt makes sense: `never`; `counted` against the attempts of a call; `free` when the request was
 * not to blame (it only waited, or the worker was preempted).
 */
export type Retry = 'never' | 'counted' | 'free';

/** A failure of a worker or of a request to it, with its code of the wire. */
export class WorkerFailure extends BalpmError {
  readonly code: ErrorCode;
  readonly details: FailureDetails;
  readonly retry: Retry;

  constructor(
    code: ErrorCode,
    message: string,
    details: FailureDetails = {},
    options: ErrorOptions & { readonly retry?: Retry } = {},
  ) {
    super(KIND_OF[code], message, options);
    this.code = code;
    this.details = details;
    this.retry = options.retry ?? 'never';
  }
}

/** Where each code belongs, hence the exit status of a run that ends with it. */
const KIND_OF: Readonly<Record<ErrorCode, FailureKind>> = {
  BAD_MESSAGE: 'worker',
  UNSUPPORTED: 'worker',
  INVALID_ARGUMENT: 'usage',
  INVALID_DATA: 'data',
  KEY_CONFLICT: 'worker',
  TOO_LARGE: 'worker',
  UNWRITABLE: 'environment',
  USER_CODE: 'worker',
  POISON: 'worker',
  CANCELLED: 'stopped',
  DEADLINE: 'worker',
  OOM_GPU: 'worker',
  OOM_CPU: 'worker',
  UNAVAILABLE: 'worker',
  PREEMPTED: 'worker',
  WORKER_LOST: 'worker',
  START_FAILED: 'environment',
  START_TIMEOUT: 'worker',
  HUNG: 'worker',
  INTERNAL: 'worker',
  HANDSHAKE: 'environment',
};

/** The failure of a start that was given up. */
export const startCancelled = (): WorkerFailure =>
  new WorkerFailure('CANCELLED', 'Cannot start the worker: it was cancelled, a new start is needed');
