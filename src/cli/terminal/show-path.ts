import { isAbsolute, relative } from 'node:path';

/** A path as a person would type it: relative inside the working directory, absolute elsewhere. */
export function showPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') || isAbsolute(short) ? path : short;
}
