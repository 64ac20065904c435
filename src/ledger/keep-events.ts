import { dirname, join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { quotePath, writeFileAtomic } from '../base/files/files.ts';
import type { RunEvent } from './events.ts';
import { renderEvent } from './render-event.ts';

/**
 * Writes all that is known of a run beside its ledger, as a ledger of its own, and tells where in words. When the run's
 * directory is gone it is written beside that.
 */
export function keepEvents(ledger: string, nonce: string, events: readonly RunEvent[]): string {
  const text = events.map(renderEvent).join('');
  const run = dirname(ledger);
  const places = [join(run, `events-lost-${nonce}.jsonl`), `${run}.events-lost-${nonce}.jsonl`];
  let failure = '';
  for (const place of places) {
    try {
      writeFileAtomic(place, text);
      return `All that was known of the run is in ${quotePath(place)}`;
    } catch (error) {
      failure = messageOf(error);
    }
  }
  return `What was known of the run could not be kept (${failure})`;
}
