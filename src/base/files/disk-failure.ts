import { BalpmError, systemCodeOf } from '../errors.ts';
import { systemReason } from './system-failure.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSING = new Set([...FULL, 'EROFS', 'EIO']);

/** What to do about a write that failed, in the words that end a message. */
export const adviceOnWrite = (cause: unknown): string =>
  FULL.has(systemCodeOf(cause) ?? '')
    ? 'make room there or choose another place, then run the same command again'
    : 'a writable place is needed';

/** The failure behind a system error of a disk that is full, read-only or broken; undefined for anything else. */
export function diskFailure(thrown: unknown): BalpmError | undefined {
  const code = systemCodeOf(thrown);
  if (code === undefined || !REFUSING.has(code)) return undefined;
  const { path, dest } = thrown as NodeJS.ErrnoException & { readonly dest?: string };
  const place = dest ?? path;
  const act = place === undefined ? 'write' : `write '${place}'`;
  return new BalpmError('environment', `Cannot ${act}: ${systemReason(thrown)}; ${adviceOnWrite(thrown)}`, {
    cause: thrown,
  });
}
