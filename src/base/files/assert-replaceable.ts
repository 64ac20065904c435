import { type Stats, statSync } from 'node:fs';
import { kindOf } from './regular-file.ts';

/**
 * Returns when a path leads to a file, or to nothing: a new file is put there by a rename, which would take the place of
 * a device, a FIFO or a socket for good. @throws Error whose message says what stands there instead.
 */
export function assertReplaceable(path: string): void {
  const found = find(path);
  if (found === undefined || found.isFile()) return;
  throw Object.assign(new Error(`it is ${kindOf(found)}`), { code: found.isDirectory() ? 'EISDIR' : 'ENOTREG' });
}

/** What cannot be looked at is told by who writes. */
function find(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
