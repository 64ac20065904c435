import { dataError, messageOf } from '../../base/errors.ts';

/** The failure of a line that a JSON parser rejected. */
export const notJson = (error: unknown, where: string): Error =>
  dataError(
    `Cannot read ${where}: it is not JSON (${messageOf(error).replaceAll('\n', ' ')}); expected one JSON object`,
  );
