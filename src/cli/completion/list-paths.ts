import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files and directories (with a slash) that a path typed so far may become; none where it cannot be read. */
export function listPaths(typed: string, isWanted: (path: string) => boolean): string[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const begun = typed.slice(folder.length);
  try {
    return readdirSync(folder === '' ? '.' : folder)
      .filter((name) => name.startsWith(begun) && (begun.startsWith('.') || !name.startsWith('.')))
      .map((name) => `${folder}${name}${isDirectory(join(folder, name)) ? '/' : ''}`)
      .filter(isWanted)
      .toSorted();
  } catch {
    return [];
  }
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
