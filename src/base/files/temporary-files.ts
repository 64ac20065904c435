import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive, MARK, ownerState, ownMark } from './owner.ts';

const MARKED = new RegExp(String.raw`\.(${MARK})\.[0-9a-f]{8}\.(?:tmp|partial)$`);
/** As releases before the marks named them. */
const NUMBERED = /\.(\d+)\.[0-9a-f]{8}\.(?:tmp|partial)$/;
const DAY_MS = 86_400_000;

/** A name nobody else uses, which tells the process it belongs to. Processes of other hosts may share the disk. */
export const temporaryName = (name: string, ending: 'tmp' | 'partial'): string =>
  `${name}.${hostname()}.${ownMark()}.${randomUUID().slice(0, 8)}.${ending}`;

/**
 * Removes from a directory what processes that are gone were writing. Where nobody can tell (another host, another
 * container) that is what nobody has changed for a day. What cannot be removed stays.
 */
export function removeLeftOver(directory: string): void {
  for (const name of listNames(directory)) if (isLeftOver(directory, name)) remove(join(directory, name));
}

const swept = new Set<string>();

/** The same, the first time that this process writes into a directory. */
export function removeLeftOverOnce(directory: string): void {
  if (swept.has(directory)) return;
  swept.add(directory);
  removeLeftOver(directory);
}

/** Milliseconds since a file, or anything in a directory, was changed last; 0 where that cannot be told. */
export function unchangedMs(path: string): number {
  const now = performance.timeOrigin + performance.now();
  return Math.max(0, now - lastChange(path, now));
}

function isLeftOver(directory: string, name: string): boolean {
  const mark = MARKED.exec(name)?.[1];
  if (mark !== undefined) {
    const state = ownerState(mark);
    return state === 'gone' || (state === 'unknown' && isDeserted(join(directory, name)));
  }
  const [ending, pid] = NUMBERED.exec(name) ?? [];
  if (ending === undefined) return false;
  const isOfThisHost = name.slice(0, -ending.length).endsWith(`.${hostname()}`);
  return isOfThisHost ? !isAlive(Number(pid)) : isDeserted(join(directory, name));
}

const isDeserted = (path: string): boolean => unchangedMs(path) > DAY_MS;

function lastChange(path: string, now: number): number {
  try {
    const found = lstatSync(path);
    if (!found.isDirectory()) return found.mtimeMs;
    return readdirSync(path).reduce((last, name) => Math.max(last, lastChange(join(path, name), now)), found.mtimeMs);
  } catch {
    return now;
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
