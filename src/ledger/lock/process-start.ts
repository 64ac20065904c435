import { readFileSync, readlinkSync } from 'node:fs';
import { systemCodeOf } from '../../base/errors.ts';

/** Start of a process if the system does not provide it. */
const UNKNOWN = 'unknown';

/**
 * When a process of this namespace started (kernel clock ticks), to detect a reused number:
 * '' if there is no such process, 'unknown' if its start time is unknown.
 */
export function processStart(pid: number): string {
  if (!isThere(pid)) return '';
  const stat = isOwnProc() ? readOrUndefined(`/proc/${pid}/stat`) : undefined;
  if (stat === undefined) return UNKNOWN;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? UNKNOWN);
}

/** /proc may belong to another namespace, in which the numbers mean other processes. */
function isOwnProc(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid);
  } catch {
    return false;
  }
}

function isThere(pid: number): boolean {
  if (pid <= 0) return false; // these mean process groups
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
