import type { Stats } from 'node:fs';
import { environmentError } from '../../../base/errors.ts';

const OTHERS = 0o077;

/**
 * Refuses what is another user's, or what others may enter, read or write. `act` begins the message, `whose` says of
 * what is told ("its directory's"), `needed` is the mode to ask for.
 * @throws BalpmError (environment)
 */
export function assertPrivate({ mode, uid }: Stats, act: string, whose: string, needed: number): void {
  if (uid !== process.getuid?.()) {
    throw environmentError(`${act}: ${whose} owner is user ${uid}, user ${process.getuid?.()} is needed`);
  }
  if ((mode & OTHERS) !== 0)
    throw environmentError(`${act}: ${whose} mode is ${octal(mode)}, ${octal(needed)} is needed`);
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
