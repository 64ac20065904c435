import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents } from '../../src/ledger/event-log.ts';

/** What is wrong with a folder when nobody works in it: other files than a ledger and those `expected`, or other events. */
export function leftInFolder(folder: string, events: number, expected = /^$/): string | undefined {
  const names = readdirSync(folder).filter((name) => name !== 'events.jsonl' && !expected.test(name));
  if (names.length > 0) return `left behind: ${names.join(', ')}`;
  const found = readEvents(join(folder, 'events.jsonl')).length;
  return found === events ? undefined : `the ledger has ${found} events, not ${events}`;
}
