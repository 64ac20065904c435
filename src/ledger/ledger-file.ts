import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readableReason, syncDirectory, unwritable, writeAll } from '../base/files/files.ts';

/** A file that only this process appends to; every change by others is noticed. */
export interface LedgerFile {
  /** Describes a change by another process; undefined if there is none. */
  readonly changed: () => string | undefined;
  /** @throws BalpmError (environment) when it cannot be written. */
  readonly append: (line: string) => void;
  readonly close: () => void;
}

const MOST_BYTES = 4096;

/** Opens a file after its first `validBytes`; its name is durable before anything is written to it. */
export function openLedgerFile(path: string, validBytes: number): LedgerFile {
  const descriptor = openForAppend(path, validBytes);
  const identity = fstatSync(descriptor, { bigint: true });
  let size = validBytes;
  let end = readEnd(descriptor, size);
  let isTorn = false;
  return {
    changed: () => {
      try {
        const now = statSync(path, { bigint: true, throwIfNoEntry: false });
        if (now === undefined) return 'it was deleted';
        if (now.dev !== identity.dev || now.ino !== identity.ino) return 'it was replaced by another file';
        // A full disk cuts a line short; it is removed when the log is opened again.
        if (now.size !== BigInt(size) && !(isTorn && now.size > size))
          return `its size changed from ${size} to ${now.size} bytes`;
        return readEnd(descriptor, size).equals(end) ? undefined : 'its last bytes were changed';
      } catch (error) {
        return readableReason(error);
      }
    },
    append: (line) => {
      const bytes = Buffer.from(line);
      isTorn = true;
      appendDurably(descriptor, bytes, path);
      isTorn = false;
      size += bytes.length;
      end = Buffer.concat([end, bytes]).subarray(-MOST_BYTES);
    },
    close: () => closeSync(descriptor),
  };
}

function openForAppend(path: string, validBytes: number): number {
  try {
    const descriptor = openSync(path, 'a+');
    ftruncateSync(descriptor, validBytes);
    syncDirectory(dirname(path));
    return descriptor;
  } catch (error) {
    throw unwritable(path, error);
  }
}

function appendDurably(descriptor: number, line: Buffer, path: string): void {
  try {
    writeAll(descriptor, line);
    fsyncSync(descriptor);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The last bytes before `size`, which include the check of the last line. */
function readEnd(descriptor: number, size: number): Buffer {
  const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
  const length = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  return bytes.subarray(0, length);
}
