import { lstatSync } from 'node:fs';
import { assertLedger } from './assert-ledger.ts';
import { readEvents } from './event-log.ts';
import type { RunEvent } from './events.ts';
import type { RunPaths } from './run-directory.ts';

/**
 * Every event of a run; none if it was killed before its first.
 * @throws BalpmError (data) when the ledger is damaged, or missing although rounds were done.
 */
export function readLedger(paths: RunPaths): readonly RunEvent[] {
  assertLedger(paths);
  return lstatSync(paths.events, { throwIfNoEntry: false }) ? readEvents(paths.events) : [];
}
