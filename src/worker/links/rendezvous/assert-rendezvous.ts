import { statSync } from 'node:fs';
import { environmentError } from '../../../base/errors.ts';
import { quotePath, readableReason } from '../../../base/files/files.ts';
import { assertPrivate } from '../remote/assert-private.ts';

/**
 * Refuses a rendezvous directory that is missing, another user's, or one others may enter.
 * @throws BalpmError (environment)
 */
export function assertRendezvous(directory: string): void {
  const act = `Cannot use rendezvous directory ${quotePath(directory)}`;
  const status = statOf(directory, act);
  if (!status.isDirectory()) throw environmentError(`${act}: it is not a directory, one is needed`);
  assertPrivate(status, act, 'its', 0o700);
}

function statOf(directory: string, act: string) {
  try {
    return statSync(directory);
  } catch (error) {
    throw environmentError(`${act}: ${readableReason(error)}, a directory of this user is needed`);
  }
}
