import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { environmentError, messageOf, systemCodeOf, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Lease } from './lease.ts';
import { parseLease } from './lease-text.ts';

/** A lock file that is there, open. */
export interface LockFile {
  readonly descriptor: number;
  readonly text: string;
  /** Who it names; undefined when that cannot be read. */
  readonly owner: Lease | undefined;
  readonly changedMs: number;
  /** Whether the path still leads to this very file. */
  readonly isThere: () => boolean;
  readonly close: () => void;
}

const MOST_BYTES = 4096;
/** O_NONBLOCK: a pipe must not hold us up. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
/** Only its owner writes to it, but network file systems lock no file that was opened to read. */
const LOCK = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Opens the lock file at a path, anew, so that a network file system asks its server; undefined when there is none.
 * @throws BalpmError (usage) when something else than a file is there, (environment) when it may not be opened.
 */
export function openLockFile(path: string, purpose: 'to read' | 'to lock'): LockFile | undefined {
  const descriptor = openOrUndefined(path, purpose === 'to lock' ? LOCK : READ);
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) throw notAFile(path, stats.isDirectory() ? 'a directory' : 'no regular file');
    const text = readStart(descriptor);
    return {
      descriptor,
      text,
      owner: parseLease(text),
      changedMs: Number(stats.mtimeMs),
      isThere: () => isSameFile(stats, path),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openOrUndefined(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    switch (systemCodeOf(error)) {
      case 'ENOENT':
      case 'ESTALE':
        return undefined;
      case 'ELOOP':
        throw notAFile(path, 'a symbolic link');
      case 'EISDIR':
        throw notAFile(path, 'a directory');
      case 'ENXIO':
        throw notAFile(path, 'no regular file');
      default:
        throw environmentError(
          `Cannot open lock ${quotePath(path)}: ${messageOf(error)}; a file of this user belongs there`,
        );
    }
  }
}

const notAFile = (path: string, found: string): Error =>
  usageError(`Cannot lock ${quotePath(path)}: it is ${found}; remove it, a regular file (or nothing) belongs there`);

function readStart(descriptor: number): string {
  const bytes = Buffer.alloc(MOST_BYTES);
  const length = readSync(descriptor, bytes, 0, MOST_BYTES, 0);
  return bytes.subarray(0, length).toString('utf8');
}

function isSameFile({ dev, ino }: BigIntStats, path: string): boolean {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  return now !== undefined && now.dev === dev && now.ino === ino;
}
