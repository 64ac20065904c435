import { BalpmError } from '../errors.ts';
import { diskFailure } from './disk-failure.ts';
import { systemFailure } from './system-failure.ts';

/** What was thrown as a failure that a person can act on, a refusal of the system too; undefined for a fault of ours. */
export const knownFailure = (error: unknown): BalpmError | undefined =>
  error instanceof BalpmError ? error : (diskFailure(error) ?? systemFailure(error));
