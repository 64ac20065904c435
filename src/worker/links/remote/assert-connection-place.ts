import { lstatSync } from 'node:fs';
import { z } from 'zod';
import { environmentError } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import { readRegularSync } from '../../../base/files/regular-file.ts';
import { parseJson } from '../../../base/text/parse-json.ts';

/** By what connection files of every version are told from others. */
const AnyConnectionFile = z.object({ endpoints: z.array(z.string()), serverKey: z.string(), secretKey: z.string() });

/**
 * Refuses to write a connection file over anything but an earlier one: a configuration may name any file of the user's.
 * @throws BalpmError (environment)
 */
export function assertConnectionPlace(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined || isConnectionFile(path)) return;
  throw environmentError(
    `Cannot write connection file ${quotePath(path)}: something else is there; move it away, or name another worker.connectionFile`,
  );
}

function isConnectionFile(path: string): boolean {
  try {
    return AnyConnectionFile.safeParse(parseJson(readRegularSync(path).toString('utf8'))).success;
  } catch {
    return false;
  }
}
