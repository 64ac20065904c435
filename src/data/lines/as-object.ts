import { dataError } from '../../base/errors.ts';

/** A JSON value that is an object. @throws BalpmError (data) naming the location for anything else. */
export function asObject(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw dataError(`Cannot read ${where}: it has ${beginningOf(value)}; expected one JSON object`);
}

/** The beginning of a value in JSON; a value nested too deeply to be written is described by its kind. */
function beginningOf(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 40);
  } catch {
    return 'a list in a list';
  }
}
