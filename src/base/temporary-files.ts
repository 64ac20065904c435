import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemCodeOf } from './errors.ts';

const NUMBERED = /\.(\d+)\.[0-9a-f]{8}\.(?:tmp|partial)$/;

/** A name nobody else uses, which tells the process it belongs to. Processes of other hosts may share the disk. */
export const temporaryName = (name: string, ending: 'tmp' | 'partial'): string =>
  `${name}.${hostname()}.${process.pid}.${randomUUID().slice(0, 8)}.${ending}`;

/** Removes what processes of this host that are gone were writing in a directory; what cannot be removed stays. */
export function removeLeftOver(directory: string): void {
  for (const name of listNames(directory)) {
    const [ending, pid] = NUMBERED.exec(name) ?? [];
    const isOurs = ending !== undefined && name.slice(0, -ending.length).endsWith(`.${hostname()}`);
    if (isOurs && !isAlive(Number(pid))) remove(join(directory, name));
  }
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A disk that refuses this says so again to whoever writes next.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}
