import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import type { RunEvent } from './events.ts';

/** Hexadecimal SHA-256 over a run's events without times and durations: equal runs have equal digests. */
export function digestEvents(events: readonly RunEvent[]): string {
  const hash = createHash('sha256');
  for (const { time: _time, seconds: _seconds, ...content } of events) hash.update(`${canonicalJson(content)}\n`);
  return hash.digest('hex');
}
