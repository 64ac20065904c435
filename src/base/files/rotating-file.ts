import { closeSync, fstatSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory, unwritable } from './files.ts';
import { openToAppend } from './regular-file.ts';

/** A file that grows by appending and is renamed to `PATH.1` (the one before to `.2`, …) when it is full. */
export interface RotatingFile {
  /** Appends text; it is with the system when this returns. A full disk loses the text, not the caller. */
  readonly append: (text: string) => void;
  readonly close: () => void;
}

export interface RotatingFileOptions {
  /** Bytes after which a new file begins. Default 16 MiB. */
  readonly maxBytes?: number;
  /** Full files that are kept. Default 3. */
  readonly kept?: number;
}

/** Opens a file for appending. @throws BalpmError (environment) when the place is not writable. */
export function openRotatingFile(path: string, options: RotatingFileOptions = {}): RotatingFile {
  const { maxBytes = 16 << 20, kept = 3 } = options;
  makeDirectory(dirname(path));
  let descriptor = openForAppend(path);
  let size = fstatSync(descriptor).size;
  let closed = false;
  return {
    append: (text) => {
      if (closed) return;
      if (size > maxBytes) {
        descriptor = startAnew(path, kept, descriptor);
        size = 0;
      }
      size += tryToWrite(descriptor, text);
    },
    close: () => {
      if (!closed) closeSync(descriptor);
      closed = true;
    },
  };
}

function openForAppend(path: string): number {
  try {
    return openToAppend(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** A log must never end what it reports on: without room for another file the present one goes on. */
function startAnew(path: string, kept: number, descriptor: number): number {
  try {
    rmSync(`${path}.${kept}`, { force: true });
    for (let age = kept - 1; age >= 1; age -= 1) renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
    renameIfThere(path, `${path}.1`);
    const fresh = openToAppend(path);
    closeSync(descriptor);
    return fresh;
  } catch {
    return descriptor;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // There is none of that age yet.
  }
}

function tryToWrite(descriptor: number, text: string): number {
  try {
    return writeSync(descriptor, text);
  } catch {
    return 0;
  }
}
