import { LONGEST_MS } from '../base/after.ts';
import { WorkerFailure } from './worker-failure.ts';

/**
 * Refuses times no timer can wait for: what is longer fires at once. Every field whose name ends in `Ms` is looked at,
 * also within `heartbeat`. @throws WorkerFailure INVALID_ARGUMENT naming the field.
 */
export function checkTimes(options: object, act: string): void {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (name === 'heartbeat' && typeof value === 'object' && value !== null) checkTimes(value, act);
    if (!name.endsWith('Ms') || value === undefined) continue;
    if (typeof value === 'number' && value >= 0 && value <= LONGEST_MS) continue;
    const found = `${name} is ${JSON.stringify(value) ?? 'nothing'}`;
    throw new WorkerFailure('INVALID_ARGUMENT', `Cannot ${act}: ${found}; give milliseconds from 0 to ${LONGEST_MS}`);
  }
}
