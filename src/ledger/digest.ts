import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/text/canonical-json.ts';
import type { RunEvent } from './events.ts';

/** Fields left out: times, durations, and those that follow from the rest. */
const LEFT_OUT: readonly string[] = ['time', 'seconds', 'inclusion'];

/**
 * Hexadecimal SHA-256 over a run's events without times, durations and inclusion probabilities (which follow from the
 * rest, and which earlier versions did not record): equal runs have equal digests.
 */
export function digestEvents(events: readonly RunEvent[]): string {
  const hash = createHash('sha256');
  for (const event of events) {
    const content = Object.entries(event).filter(([name]) => !LEFT_OUT.includes(name));
    hash.update(`${canonicalJson(Object.fromEntries(content))}\n`);
  }
  return hash.digest('hex');
}
