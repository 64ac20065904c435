import { readdirSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { usageError } from '../base/errors.ts';
import { quotePath, readableReason } from '../base/files/files.ts';
import { isRunDirectory } from './run-directory.ts';

/** Directories beside the runs of a sweep that are not runs: a report. */
const REPORT = 'report';

/**
 * The run directories of a path, in order of name: itself, or the runs in it and in the sweeps in it; none if there is
 * no run. @throws BalpmError (usage) when the path is not a directory.
 */
export function findRunDirectories(path: string): string[] {
  const root = normalize(path);
  if (isRunDirectory(root)) return [root];
  return listDirectories(root).flatMap((entry) =>
    isRunDirectory(entry) ? [entry] : listDirectories(entry).filter(isRunDirectory),
  );
}

function listDirectories(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.') && name !== REPORT)
      .sort()
      .map((name) => join(path, name))
      .filter((entry) => statSync(entry, { throwIfNoEntry: false })?.isDirectory() ?? false);
  } catch (error) {
    throw usageError(
      `Cannot read runs of ${quotePath(path)}: ${readableReason(error)}; give a run or a directory of runs`,
    );
  }
}
