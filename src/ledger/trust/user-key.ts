import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { environmentError, systemCodeOf } from '../../base/errors.ts';
import { makeDirectory, quotePath } from '../../base/files/files.ts';
import { temporaryName } from '../../base/files/temporary-files.ts';

const BYTES = 32;

/**
 * The secret of this user on this machine, 32 bytes, created at its first use: no directory from elsewhere can contain
 * a mark signed with it. @throws an error of the system, or BalpmError (environment) for a key that other users can
 * read.
 */
export function userKey(): Buffer {
  const path = join(stateHome(), 'balpm', 'trust.key');
  try {
    return readKey(path);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
  makeKey(path);
  return readKey(path);
}

/** As the XDG base directories have it: a relative path is ignored. */
function stateHome(): string {
  const given = process.env['XDG_STATE_HOME'] ?? '';
  return isAbsolute(given) ? given : join(homedir(), '.local', 'state');
}

function readKey(path: string): Buffer {
  const { mode, uid, size } = statSync(path);
  const isOwn = (mode & 0o077) === 0 && uid === process.getuid?.();
  if (isOwn && size === BYTES) return readFileSync(path);
  const found = isOwn ? `it has ${size} bytes, not ${BYTES}` : 'other users can read it';
  throw environmentError(`Cannot use key ${quotePath(path)}: ${found}; remove it, and balpm creates a new one`);
}

/** Atomic; if two processes create it at once, the first one's key stays. */
function makeKey(path: string): void {
  makeDirectory(dirname(path));
  const temporary = temporaryName(path, 'tmp');
  writeFileSync(temporary, randomBytes(BYTES), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}
