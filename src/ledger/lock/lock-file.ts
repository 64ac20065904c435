import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { environmentError, messageOf, systemCodeOf, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Lease } from './lease.ts';
import { parseLease } from './lease-text.ts';

/** An existing lock file, opened. */
export interface LockFile {
  readonly descriptor: number;
  readonly text: string;
  /** The owner in the file; undefined if it cannot be read. */
  readonly owner: Lease | undefined;
  readonly changedMs: number;
  /** Whether the path still refers to this file. */
  readonly isThere: () => boolean;
  readonly close: () => void;
}

const MOST_BYTES = 4096;
/** O_NONBLOCK: opening a pipe must not block. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
/** Only its owner writes to it, but network file systems cannot lock a file that was opened for reading. */
const LOCK = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Opens the lock file at a path again, so that a network file system asks its server; undefined if there is none.
 * @throws BalpmError (usage) if the path is not a file, (environment) if it may not be opened.
 */
export function openLockFile(path: string, purpose: 'to read' | 'to lock'): LockFile | undefined {
  const descriptor = openOrUndefined(path, purpose === 'to lock' ? LOCK : READ);
  if (descriptor === undefined) return undefined;
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) throw notAFile(path, stats.isDirectory() ? 'a directory' : 'not a regular file');
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
        throw notAFile(path, 'not a regular file');
      default:
        throw environmentError(
          `Cannot open lock ${quotePath(path)}: ${messageOf(error)}; make it a file of this user, or remove it`,
        );
    }
  }
}

const notAFile = (path: string, found: string): Error =>
  usageError(`Cannot lock ${quotePath(path)}: it is ${found}; remove it, because balpm writes a regular file there`);

function readStart(descriptor: number): string {
  const bytes = Buffer.alloc(MOST_BYTES);
  const length = readSync(descriptor, bytes, 0, MOST_BYTES, 0);
  return bytes.subarray(0, length).toString('utf8');
}

function isSameFile({ dev, ino }: BigIntStats, path: string): boolean {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  return now !== undefined && now.dev === dev && now.ino === ino;
}
