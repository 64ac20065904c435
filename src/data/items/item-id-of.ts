import { wholeNumberId } from './whole-number-id.ts';

/**
 * The id of a line: text, or a whole number by its digits. Null for anything else, also for 1.0, whose spelling differs
 * from that of the id 1. `spelling` returns the spelling of a field that is a number.
 */
export function itemIdOf(given: unknown, spelling: (field: string) => string | null): string | null {
  if (typeof given === 'string') return given;
  return typeof given === 'number' ? wholeNumberId(spelling('id')) : null;
}
