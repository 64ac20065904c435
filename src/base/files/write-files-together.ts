import { closeSync, fsyncSync, openSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { assertReplaceable } from './assert-replaceable.ts';
import { makeDirectory, syncDirectory, unwritable, writeAll } from './files.ts';
import { removeLeftOverOnce, temporaryName } from './temporary-files.ts';

/**
 * Writes files that belong together, in this order: what takes room is written beside them first, so that a disk that is
 * full leaves every one as it was; then each gets its name. Directories are made, and go again when nothing was written.
 * @throws BalpmError (environment) naming the file that cannot be written.
 */
export function writeFilesTogether(contents: ReadonlyMap<string, string | Uint8Array>): void {
  const directories = new Set([...contents.keys()].map((path) => dirname(resolve(path))));
  const made: string[] = [];
  const temporaries = new Map<string, string>();
  try {
    for (const directory of directories) made.push(...makeDirectory(directory));
    for (const [path, content] of contents) writeBeside(path, content, temporaries);
    for (const [path, temporary] of temporaries) publish(temporary, path);
  } catch (error) {
    for (const temporary of temporaries.values()) rmSync(temporary, { force: true });
    for (const directory of made.toReversed()) removeEmpty(directory);
    throw error;
  }
  for (const directory of directories) syncDirectory(directory);
}

function writeBeside(path: string, content: string | Uint8Array, temporaries: Map<string, string>): void {
  removeLeftOverOnce(dirname(resolve(path)));
  const temporary = temporaryName(path, 'tmp');
  temporaries.set(path, temporary);
  guard(path, () => {
    assertReplaceable(path);
    const descriptor = openSync(temporary, 'w');
    try {
      writeAll(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

const publish = (temporary: string, path: string): void => guard(path, () => renameSync(temporary, path));

function guard(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw unwritable(path, error);
  }
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It holds something by now.
  }
}
