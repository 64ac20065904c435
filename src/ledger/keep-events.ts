import { dirname, join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { quotePath, writeFileAtomic } from '../base/files/files.ts';
import type { RunEvent } from './events.ts';
import { renderEvent } from './render-event.ts';

/**
 * Writes all known events of a run to a new ledger beside its own, and returns a sentence with the path. If the run's
 * directory is gone, the file is written beside that.
 */
export function keepEvents(ledger: string, nonce: string, events: readonly RunEvent[]): string {
  const text = events.map(renderEvent).join('');
  const run = dirname(ledger);
  const places = [join(run, `events-lost-${nonce}.jsonl`), `${run}.events-lost-${nonce}.jsonl`];
  let failure = '';
  for (const place of places) {
    try {
      writeFileAtomic(place, text);
      return `All known events of the run are in ${quotePath(place)}`;
    } catch (error) {
      failure = messageOf(error);
    }
  }
  return `The known events of the run could not be saved (${failure})`;
}
