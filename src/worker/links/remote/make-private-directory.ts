import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { environmentError, systemCodeOf } from '../../../base/errors.ts';
import { makeDirectory, quotePath, readableReason } from '../../../base/files/files.ts';

/**
 * Makes a directory that only this user may enter, and its parents as usual; says whether it was made now.
 * @throws BalpmError (environment) when the place is not writable.
 */
export function makePrivateDirectory(path: string): boolean {
  makeDirectory(dirname(resolve(path)));
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw environmentError(
      `Cannot make directory ${quotePath(path)}: ${readableReason(error)}, a writable place is needed`,
    );
  }
}
