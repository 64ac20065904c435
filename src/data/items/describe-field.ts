import { Unreadable } from '../lines/unreadable.ts';

/** Describes a field's value, to follow "field 'x'"; a number by its spelling if that is known. */
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
