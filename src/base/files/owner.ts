import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCodeOf } from '../errors.ts';

const SPACE_CHARACTERS = 6;
const UNKNOWN_START = 0;

/** What can be said of the process that a mark belongs to; nothing of one on another host or in another container. */
export type OwnerState = 'alive' | 'gone' | 'unknown';

/**
 * A mark of this process for names of what it writes: `PID-START-SPACE`, hexadecimal, at most 25 characters.
 * `python_worker/base/owner.py` makes and reads the same.
 */
export function ownMark(): string {
  const start = startOf(process.pid) ?? UNKNOWN_START;
  return `${process.pid.toString(16)}-${start.toString(16)}-${numberSpace()}`;
}

/** The form of a mark, for patterns of names. */
export const MARK = '[0-9a-f]+-[0-9a-f]+-[0-9a-f]{6}';

/** Whether the process of a mark lives. A number that was given to another process since is told by its start. */
export function ownerState(mark: string): OwnerState {
  const [digits = '', start = '', space] = mark.split('-');
  if (space !== numberSpace()) return 'unknown';
  const pid = Number.parseInt(digits, 16);
  if (!isAlive(pid)) return 'gone';
  const told = Number.parseInt(start, 16);
  const found = startOf(pid);
  return told === UNKNOWN_START || found === undefined || found === told ? 'alive' : 'gone';
}

/** Whether a process of this host has that number, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}

let known: string | undefined;

/** Where processes have numbers of their own: this boot and PID namespace, or elsewhere than on Linux this host. */
function numberSpace(): string {
  known ??= createHash('sha256').update(describeSpace()).digest('hex').slice(0, SPACE_CHARACTERS);
  return known;
}

function describeSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}\n${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Clock ticks from boot to the start of a process; undefined where /proc does not tell, or tells of another namespace. */
function startOf(pid: number): number | undefined {
  const own = statusOf('self');
  if (own === undefined || Number(own[0]) !== process.pid) return undefined;
  const ticks = statusOf(String(pid))?.[1];
  return ticks === undefined ? undefined : Number(ticks);
}

/** Number and start of a process as /proc has them. */
function statusOf(name: string): readonly [string, string] | undefined {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'latin1');
    // The command's name in parentheses may hold blanks and parentheses of its own.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [text.split(' ', 1)[0] as string, fields[19] as string];
  } catch {
    return undefined;
  }
}
