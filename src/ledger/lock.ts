import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { BalpmError, messageOf, systemCodeOf, usageError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { temporaryName } from '../base/temporary-files.ts';

const Holder = z.object({ pid: z.int(), host: z.string(), started: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Takes the lock file of a run and returns its release; a lock whose process is gone from this host is taken over.
 * The file appears with its whole content (by link), so a reader never sees a part of it.
 * @throws BalpmError (usage) when a process holds it.
 */
export function takeLock(path: string): () => void {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), started: processStart(process.pid) });
  for (let tries = 0; !tryLink(path, own); tries++) {
    const holder = readHolder(path);
    if (isDirectory(path))
      throw usageError(`Cannot lock ${quotePath(path)}: it is a directory, a file (or nothing) is needed`);
    if (tries > 3 || (holder !== undefined && isAlive(holder))) throw held(path, holder);
    removeStale(path, holder);
  }
  return () => {
    if (readText(path) === own) rmSync(path, { force: true });
  };
}

function held(path: string, holder: Holder | undefined): BalpmError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return usageError(
    `Cannot open run ${quotePath(dirname(path))}: ${who} holds it, a run that no process works on is needed`,
  );
}

function tryLink(path: string, content: string): boolean {
  const temporary = temporaryName(path, 'tmp');
  try {
    writeFileSync(temporary, content);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    const found = messageOf(error);
    throw new BalpmError('environment', `Cannot lock ${quotePath(path)}: ${found}, a writable place is needed`, {
      cause: error,
    });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Moves a stale lock aside; when someone else had just replaced it by a live one, that one is put back. */
function removeStale(path: string, stale: Holder | undefined): void {
  const aside = temporaryName(path, 'tmp');
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  const isAnother = moved !== undefined && JSON.stringify(moved) !== JSON.stringify(stale);
  if (isAnother) tryLink(path, readText(aside) ?? '');
  rmSync(aside, { force: true });
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readText(path) ?? ''));
  } catch {
    return undefined;
  }
}

/** A holder on another host counts as alive: only its own host can tell. */
function isAlive({ pid, host, started }: Holder): boolean {
  return host !== hostname() || (started !== '' && processStart(pid) === started);
}

/** When a process of this host started (kernel clock ticks), so that a reused pid is not taken for its holder; '' when gone. */
function processStart(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return isSignalable(pid) ? 'unknown' : '';
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}
