import { BalpmError, type FailureKind, messageOf, systemCodeOf } from '../errors.ts';

/** What this machine lacks; no other file would do. */
const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EDQUOT', 'EIO', 'EAGAIN']);
/** What only a mistake of ours leads to. */
const OURS = new Set(['EBADF', 'EINVAL', 'EFAULT', 'ENOSYS', 'EALREADY', 'EDOM', 'ERANGE']);

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is a socket, or a FIFO that nobody reads',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EMFILE: 'too many files are open (see `ulimit -n`)',
  ENFILE: 'too many files are open on this machine',
  ERR_FS_FILE_TOO_LARGE: 'it has more than 2 GiB',
  ERR_STRING_TOO_LONG: 'it has more text than fits in memory at once',
};

/** A short reason for a failed call of the system, in plain words where there are some. */
export function systemReason(error: unknown): string {
  if (holdsNul(error)) return 'its name holds a NUL character';
  return WORDS[systemCodeOf(error) ?? ''] ?? messageOf(error);
}

/** What kind of failure an unreadable file is: wrong data, unless this machine was what stopped the reading. */
export const kindOfReadFailure = (error: unknown): FailureKind =>
  SHORTAGES.has(systemCodeOf(error) ?? '') ? 'environment' : 'data';

/**
 * The failure that a system's refusal is when nobody was nearer to it: what was tried, on which file, and why not.
 * Undefined for anything that is a fault of ours.
 */
export function systemFailure(error: unknown): BalpmError | undefined {
  if (holdsNul(error)) return failure('usage', error, 'use a path', 'give a path without it');
  const code = systemCodeOf(error);
  if (code === undefined || !isSystemError(error) || OURS.has(code)) return undefined;
  const act = [error.syscall.split(' ')[0], ...(error.path === undefined ? [] : [`'${error.path}'`])].join(' ');
  if (code === 'ENOTREG') return failure('data', error, act, 'give a regular file');
  return failure('environment', error, act, 'mend that and try again');
}

const failure = (kind: FailureKind, cause: unknown, act: string, remedy: string): BalpmError =>
  new BalpmError(kind, `Cannot ${act}: ${systemReason(cause)}; ${remedy}`, { cause });

const holdsNul = (error: unknown): boolean =>
  systemCodeOf(error) === 'ERR_INVALID_ARG_VALUE' && messageOf(error).includes('null bytes');

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { readonly syscall: string } =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';
