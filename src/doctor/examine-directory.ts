import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { Finding } from './finding.ts';

/** Whether runs can be written to a directory; one that is not there yet is judged by where it would be made. */
export function examineDirectory(directory: string): Finding {
  const what = 'runs';
  try {
    rmdirSync(mkdtempSync(join(nearestExisting(resolve(directory)), '.balpm-doctor-')));
    return { what, state: 'fine', found: `${quotePath(directory)} is writable`, advice: '' };
  } catch (error) {
    return { what, state: 'missing', found: messageOf(error), advice: 'set output.dir to a writable directory' };
  }
}

function nearestExisting(path: string): string {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path));
}
