import { readFileSync, readlinkSync } from 'node:fs';
import { systemCodeOf } from '../../base/errors.ts';

/** Of a process whose start the system does not tell. */
const UNKNOWN = 'unknown';

/**
 * When a process of this namespace started (kernel clock ticks), so that a reused number is not taken for it:
 * '' when there is no such process, 'unknown' when there is one and no more is known.
 */
export function processStart(pid: number): string {
  if (!isThere(pid)) return '';
  const stat = isOwnProc() ? readOrUndefined(`/proc/${pid}/stat`) : undefined;
  if (stat === undefined) return UNKNOWN;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? UNKNOWN);
}

/** /proc may have been mounted in another namespace, where the numbers are other processes. */
function isOwnProc(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid);
  } catch {
    return false;
  }
}

function isThere(pid: number): boolean {
  if (pid <= 0) return false; // these are groups
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
