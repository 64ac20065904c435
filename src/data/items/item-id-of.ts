import { wholeNumberId } from './whole-number-id.ts';

/**
 * The id that a line names: text, or a whole number by its digits. Null for anything else, also for 1.0, which is written
 * otherwise than the id 1. `spelling` tells how a field that is a number is written.
 */
export function itemIdOf(given: unknown, spelling: (field: string) => string | null): string | null {
  if (typeof given === 'string') return given;
  return typeof given === 'number' ? wholeNumberId(spelling('id')) : null;
}
