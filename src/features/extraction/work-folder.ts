import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { removeLeftOver } from '../../base/files/temporary-files.ts';

/** A hidden folder beside a result and with its name, so that the same command finds it again. */
export const workFolderOf = (out: string, purpose: 'cut' | 'extract' | 'import'): string =>
  join(dirname(resolve(out)), `.${basename(resolve(out))}.${purpose}`);

/** Removes a work folder. What another process is writing there must not end the command whose result is there. */
export function removeWorkFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // That process removes it when it finds the result.
  }
}

/** Where the result is there, removes what a process that was killed after that has left beside it and in it. */
export function clearAfterResult(out: string, folder: string): void {
  if (!isResultThere(out)) return;
  removeWorkFolder(folder);
  removeLeftOver(out);
  removeLeftOver(dirname(resolve(out)));
}

/** Whether what work was done for is there: made by a process that was killed since, or by a faster one. */
export function isResultThere(out: string): boolean {
  return hasManifest(out) || namesIn(out).some((name) => hasManifest(join(out, name)));
}

const hasManifest = (directory: string): boolean => existsSync(join(directory, 'manifest.json'));

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
