import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { environmentError, systemCodeOf } from '../../../base/errors.ts';
import { quotePath, readableReason, writeFileAtomic } from '../../../base/files/files.ts';
import { assertPrivate } from './assert-private.ts';
import { makePrivateDirectory } from './make-private-directory.ts';

/**
 * Reads a file with a secret in it, `what` it is in words.
 * @throws BalpmError (environment) unless the file is a regular one, it and its directory are this user's, and nobody
 * else may read or write them.
 */
export function readPrivateFile(path: string, what: string): string {
  const act = `Cannot use ${what} ${quotePath(path)}`;
  const descriptor = openItself(path, act);
  try {
    const file = fstatSync(descriptor);
    if (!file.isFile()) throw environmentError(`${act}: it is not a regular file, one is needed`);
    assertPrivate(file, act, 'its', 0o600);
    assertPrivate(statSync(dirname(resolve(path))), act, "its directory's", 0o700);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file only this user may read, into a directory only this user may enter, made when it is missing. Returns
 * what removes them again, though not a file that somebody wrote in its place.
 * @throws BalpmError (environment) when the directory lets others in or is not writable.
 */
export function writePrivateFile(path: string, content: string, what: string): () => void {
  const directory = dirname(resolve(path));
  const isOurs = makePrivateDirectory(directory);
  assertPrivate(statSync(directory), `Cannot write ${what} ${quotePath(path)}`, "its directory's", 0o700);
  writeFileAtomic(path, content, 0o600);
  return () => {
    try {
      if (!existsSync(path) || readFileSync(path, 'utf8') !== content) return;
      rmSync(path, { force: true });
      if (isOurs && readdirSync(directory).length === 0) rmdirSync(directory);
    } catch {
      // Whatever stands there now is not what was written.
    }
  };
}

/** O_NOFOLLOW: a link may lead to anything. O_NONBLOCK: a pipe must not hold us up. */
function openItself(path: string, act: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const found = systemCodeOf(error) === 'ELOOP' ? 'it is a symbolic link' : readableReason(error);
    throw environmentError(`${act}: ${found}, a readable file of this user is needed`);
  }
}
