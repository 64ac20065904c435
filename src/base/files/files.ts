import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BalpmError, messageOf, systemCodeOf } from '../errors.ts';
import { decodeText } from '../text/decode-text.ts';
import { assertReplaceable } from './assert-replaceable.ts';
import { adviceOnWrite, diskFailure } from './disk-failure.ts';
import { appendRegular, openRegular, readRegular, readRegularSync } from './regular-file.ts';
import { kindOfReadFailure, systemReason } from './system-failure.ts';
import { removeLeftOver, removeLeftOverOnce, temporaryName } from './temporary-files.ts';

/** Writes a whole file so that a reader sees the old content or the new one, never a part of it. */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o666): void {
  removeLeftOverOnce(dirname(resolve(path)));
  const temporary = temporaryName(path, 'tmp');
  try {
    assertReplaceable(path);
    const descriptor = openSync(temporary, 'w', mode);
    try {
      writeAll(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(path, error);
  }
  syncDirectory(dirname(path));
}

/** Adds text to the end of a file. @throws BalpmError (environment) when the place is not writable. */
export function appendText(path: string, text: string): void {
  try {
    appendRegular(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The failure of a file that cannot be written. */
export const unwritable = (path: string, cause: unknown): BalpmError =>
  new BalpmError('environment', `Cannot write ${quotePath(path)}: ${systemReason(cause)}; ${adviceOnWrite(cause)}`, {
    cause,
  });

/** Writes every byte at the current position of an open file. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
}

/** Removes a file that may be there. @throws BalpmError (environment) when it cannot be removed, as a directory cannot. */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    const found = existsSync(path) && statSync(path).isDirectory() ? 'it is a directory' : messageOf(error);
    throw new BalpmError('environment', `Cannot remove ${quotePath(path)}: ${found}, a file (or nothing) is needed`, {
      cause: error,
    });
  }
}

/**
 * Makes a directory and its parents; gives those that were not there, the outermost first.
 * @throws BalpmError (environment) when the place is not writable.
 */
export function makeDirectory(path: string): string[] {
  try {
    return makeEach(resolve(path));
  } catch (error) {
    throw new BalpmError(
      'environment',
      `Cannot make directory ${quotePath(path)}: ${messageOf(error)}; ${adviceOnWrite(error)}`,
      { cause: error },
    );
  }
}

/** One directory after the other: the recursive mkdir of Node 20 never returns below /proc. */
function makeEach(path: string): string[] {
  if (existsSync(path) && statSync(path).isDirectory()) return [];
  const parents = dirname(path) === path ? [] : makeEach(dirname(path));
  try {
    mkdirSync(path);
    return [...parents, path];
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
    return parents;
  }
}

/**
 * Fills a new directory through `fill(temporaryPath)` and publishes it by rename: all of it appears, or nothing.
 * What a killed process of this host left beside it is removed.
 * @throws BalpmError (usage) when `path` already exists.
 */
export async function publishDirectory(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  if (existsSync(target)) throw alreadyExists(path);
  makeDirectory(dirname(target));
  removeLeftOver(dirname(target));
  const temporary = join(dirname(target), temporaryName('', 'partial'));
  makeDirectory(temporary);
  try {
    await fill(temporary);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const code = systemCodeOf(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') {
      throw alreadyExists(path, error);
    }
    throw namingPlace(diskFailure(error) ?? error, temporary, target);
  }
  syncDirectory(dirname(target));
}

/** A failed write is told of the directory that was asked for. */
function namingPlace(error: unknown, temporary: string, target: string): unknown {
  if (!(error instanceof BalpmError && error.message.includes(temporary))) return error;
  return new BalpmError(error.kind, error.message.replaceAll(temporary, target), { cause: error });
}

const alreadyExists = (path: string, cause?: unknown): BalpmError =>
  new BalpmError('usage', `Cannot write ${quotePath(path)}: it already exists, a new path is needed`, { cause });

/**
 * Reads a text file of UTF-8, with or without a byte order mark; `what` it is, in words, and what to do without it.
 * @throws BalpmError (data, environment) naming the file when it cannot be read, or is not UTF-8.
 */
export async function readText(path: string, what: string, remedy?: string): Promise<string> {
  return decodeText(await readBytes(path, what, remedy), `${what} ${quotePath(path)}`);
}

async function readBytes(path: string, what: string, remedy?: string): Promise<Uint8Array> {
  try {
    return await readRegular(path);
  } catch (error) {
    throw unreadableFile(`${what} ${quotePath(path)}`, error, remedy);
  }
}

/** The bytes of a file, `what` it is in words. @throws as readText. */
export function readBytesSync(path: string, what: string): Buffer {
  try {
    return readRegularSync(path);
  } catch (error) {
    throw unreadableFile(`${what} ${quotePath(path)}`, error);
  }
}

/** The failure of a file, as it stands in messages, that cannot be read. */
export const unreadableFile = (
  file: string,
  cause: unknown,
  remedy = 'give a regular file that can be read',
): BalpmError =>
  new BalpmError(kindOfReadFailure(cause), `Cannot read ${file}: ${readableReason(cause)}; ${remedy}`, { cause });

/** Hexadecimal SHA-256 of a file's bytes, read in slices. @throws as openRegular. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openRegular(path);
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Makes a rename or a new file in a directory durable. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A path as it stands in messages. */
export const quotePath = (path: string): string => `'${path}'`;

/** A short reason for a failed read: "there is no such file", "it is a FIFO", or the system's own words. */
export const readableReason = systemReason;
