import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { readRegularSync } from '../base/files/regular-file.ts';
import type { RunPaths } from './run-directory.ts';

/**
 * A run without an event was killed before its first, and begins; unless something of it can only have come after events,
 * for then its ledger was lost and beginning would write another one over what is left.
 * @throws BalpmError (data) naming the ledger and what came after it.
 */
export function assertLedger(paths: RunPaths): void {
  if (hasEvent(paths.events)) return;
  const later = laterThanEvents(paths);
  if (later === undefined) return;
  const found = existsSync(paths.events) ? 'there is no whole event in it' : 'there is no such file';
  throw dataError(
    `Cannot read events ${quotePath(paths.events)}: ${found}, but ${quotePath(later)} shows that the run had begun; ${remedyOf(paths)}`,
  );
}

/** Whether anything but a first line that was torn while it was written is there. What cannot be read is told by readers. */
function hasEvent(path: string): boolean {
  try {
    return readRegularSync(path).includes(0x0a);
  } catch {
    return existsSync(path);
  }
}

/** Each of these is written after an event is on disk. */
function laterThanEvents({ root, labels, metrics, acquired, batches, labelled }: RunPaths): string | undefined {
  const files = [metrics, acquired, batches, labelled, ...filesIn(labels)];
  return [...files.filter(hasContent), ...[join(root, 'DONE')].filter(existsSync)][0];
}

function remedyOf({ root, events }: RunPaths): string {
  const kept = filesIn(root).filter((path) => /^events-lost-.*\.jsonl$/.test(basename(path)));
  const source = kept.length === 0 ? 'put it back' : `put it back (${kept.map(quotePath).join(', ')} was kept)`;
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
