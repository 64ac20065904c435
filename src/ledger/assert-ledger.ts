import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { readRegularSync } from '../base/files/regular-file.ts';
import type { RunPaths } from './run-directory.ts';

/**
 * A run without an event was killed before its first, and may begin. If a file shows that there were events, the ledger
 * was lost, and beginning would overwrite what is left.
 * @throws BalpmError (data) naming the ledger and the file that was written after it.
 */
export function assertLedger(paths: RunPaths): void {
  if (hasEvent(paths.events)) return;
  const later = laterThanEvents(paths);
  if (later === undefined) return;
  const found = existsSync(paths.events) ? 'it has no complete event' : 'the file does not exist';
  throw dataError(
    `Cannot read events ${quotePath(paths.events)}: ${found}, but ${quotePath(later)} shows that the run had started; ${remedyOf(paths)}`,
  );
}

/**
 * Whether the file has more than a first line cut off while it was written. Unreadable files are reported by their
 * readers.
 */
function hasEvent(path: string): boolean {
  try {
    return readRegularSync(path).includes(0x0a);
  } catch {
    return existsSync(path);
  }
}

/** Files that are written only after an event is on disk. */
function laterThanEvents({ root, labels, metrics, acquired, batches, labelled }: RunPaths): string | undefined {
  const files = [metrics, acquired, batches, labelled, ...filesIn(labels)];
  return [...files.filter(hasContent), ...[join(root, 'DONE')].filter(existsSync)][0];
}

function remedyOf({ root, events }: RunPaths): string {
  const kept = filesIn(root).filter((path) => /^events-lost-.*\.jsonl$/.test(basename(path)));
  const source = kept.length === 0 ? 'restore it' : `restore it (from ${kept.map(quotePath).join(', ')})`;
  return `${source} as ${quotePath(basename(events))}, or start a run with a new id`;
}

const hasContent = (path: string): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > 0;
};

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}
