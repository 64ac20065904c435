import { Unreadable } from '../lines/unreadable.ts';

/** What a field of a line holds, to stand after "field 'x'"; a number as it is written where that is known. */
export function describeField(value: unknown, spelling: string | null = null): string {
  if (value === undefined) return 'is missing';
  if (value instanceof Unreadable) return value.found;
  if (spelling !== null) return `is ${spelling.slice(0, 40)}`;
  try {
    return `is ${JSON.stringify(value).slice(0, 40)}`;
  } catch {
    return 'is a list in a list';
  }
}
