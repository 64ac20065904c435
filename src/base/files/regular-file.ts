import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, writeFileSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** O_NONBLOCK: opening a pipe must not wait for whoever writes into it. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * Opens a file for reading, and nothing but a file: reading a pipe or a device may never end.
 * @throws Error whose message says what stands there instead ("it is a FIFO"), or the system's own.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, FLAGS);
  try {
    assertRegular(await handle.stat(), path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The descriptor of a file opened for reading. @throws as openRegular. */
export function openRegularSync(path: string): number {
  const descriptor = openSync(path, FLAGS);
  try {
    assertRegular(fstatSync(descriptor), path);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** The bytes of a file. @throws as openRegular. */
export async function readRegular(path: string): Promise<Buffer> {
  const handle = await openRegular(path);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** The bytes of a file. @throws as openRegular. */
export function readRegularSync(path: string): Buffer {
  const descriptor = openRegularSync(path);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Adds text to the end of a file; a pipe is only written to when somebody reads it. @throws the system's error. */
export function appendRegular(path: string, text: string): void {
  const descriptor = openToAppend(path);
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** The descriptor of a file opened for appending, made where there is none. @throws the system's error. */
export const openToAppend = (path: string): number => openSync(path, APPENDING, 0o666);

/** Returns when a path leads to a file, for readers that open it themselves. @throws as openRegular. */
export const requireRegular = async (path: string): Promise<void> => assertRegular(await stat(path), path);

/** Looks like a refusal of the system, which it is in place of one. */
function assertRegular(found: Stats, path: string): void {
  if (found.isFile()) return;
  throw Object.assign(new Error(`it is ${kindOf(found)}`), { code: 'ENOTREG', syscall: 'read', path });
}

/** What stands in the place of a file, in words. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a FIFO';
  return found.isSocket() ? 'a socket' : 'a device';
}
