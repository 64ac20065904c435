import { BalpmError, type FailureKind } from '../base/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';

/** What is known beside the message: exit code, signal, last lines of stderr, traceback, log file. */
export type FailureDetails = Readonly<Record<string, string>>;

/** A failure of a worker or of a request to it, with its code of the wire. */
export class WorkerFailure extends BalpmError {
  readonly code: ErrorCode;
  readonly details: FailureDetails;

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}, options?: ErrorOptions) {
    super(kindOf(code), message, options);
    this.code = code;
    this.details = details;
  }
}

/** Where a code belongs, hence the exit status of a run that ends with it. */
function kindOf(code: ErrorCode): FailureKind {
  switch (code) {
    case 'INVALID_DATA':
      return 'data';
    case 'INVALID_ARGUMENT':
      return 'usage';
    case 'START_FAILED':
    case 'HANDSHAKE':
      return 'environment';
    case 'CANCELLED':
      return 'stopped';
    default:
      return 'worker';
  }
}
