import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names the environment variable by which every process of a run is known. */
export const MARK = 'BALPM_CAMPAIGN';

/** Processes whose environment carries the mark; one that only waits to be reaped has no environment. */
export function markedProcesses(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(`${MARK}=${mark}`));
}

/** Files of writes that never ended, and locks, below a directory. */
export function unfinishedFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:tmp|partial)$|(?:^|\/)LOCK/.test(name))
    .map((name) => join(directory, name));
}

/** What this product has in a directory that many use. */
export function ownEntries(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.startsWith('balpm-')) : [];
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
