import { lstatSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { environmentError, messageOf, systemCodeOf } from '../../../base/errors.ts';
import { MARK, type OwnerState, ownerState, ownMark } from '../../../base/files/owner.ts';

const PREFIX = 'balpm-socket-';
const MARKED = new RegExp(`${PREFIX}(${MARK})-[^/]*$`);
const YOUNG_MS = 60_000;
/** A socket that is being bound refuses connections for a moment too. */
const BETWEEN_LOOKS_MS = 500;

/** A directory only this user may enter; its path is short because a socket's path must fit in 107 bytes. */
export function makeSocketDirectory(): string {
  for (const parent of parents()) {
    try {
      const directory = mkdtempSync(join(parent, `${PREFIX}${ownMark()}-`));
      void removeStale(parent).catch(() => undefined); // another start may be at it too
      return directory;
    } catch {
      // A runtime directory that is named but not usable is common in containers.
    }
  }
  return inLastPlace();
}

function inLastPlace(): string {
  try {
    return mkdtempSync(join('/tmp', `${PREFIX}${ownMark()}-`));
  } catch (error) {
    throw environmentError(
      `Cannot make a directory for a socket in '/tmp': ${messageOf(error)}; make room there or set XDG_RUNTIME_DIR to a directory with room`,
    );
  }
}

function parents(): string[] {
  const runtime = process.env.XDG_RUNTIME_DIR;
  return [...(runtime !== undefined && runtime.length < 60 ? [runtime] : []), '/tmp'];
}

/** Removes what killed orchestrators left where this process would make its own. */
export async function removeStaleSockets(): Promise<void> {
  for (const parent of parents()) await removeStale(parent).catch(() => undefined);
}

/** Removes, at once, directories whose processes are certainly gone. */
export function removeOrphanedSockets(): void {
  for (const parent of parents()) {
    try {
      removeOrphans(parent);
    } catch {
      // It may not be there, and another start may be at it too.
    }
  }
}

/** Directories whose socket nobody listens on. */
async function removeStale(parent: string): Promise<void> {
  removeOrphans(parent);
  const suspects = await desertedOf(listOwn(parent).filter((directory) => ownerOf(directory) === 'unknown'));
  if (suspects.length === 0) return;
  await setTimeout(BETWEEN_LOOKS_MS);
  for (const directory of await desertedOf(suspects)) rmSync(directory, { recursive: true, force: true });
}

async function desertedOf(directories: readonly string[]): Promise<string[]> {
  const deserted = await Promise.all(directories.map(isDeserted));
  return directories.filter((_directory, index) => deserted[index]);
}

function removeOrphans(parent: string): void {
  const orphans = listOwn(parent).filter((directory) => ownerOf(directory) === 'gone');
  for (const directory of orphans) rmSync(directory, { recursive: true, force: true });
}

const listOwn = (parent: string): string[] =>
  readdirSync(parent)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(parent, name))
    .filter(isOwn);

const ownerOf = (directory: string): OwnerState => ownerState(MARKED.exec(directory)?.[1] ?? '');

function isOwn(directory: string): boolean {
  try {
    return lstatSync(directory).uid === process.getuid?.();
  } catch {
    return false;
  }
}

/** Whether the system refuses connections to its socket; one that is just being made has no socket yet. */
function isDeserted(directory: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(directory, 's'));
    socket.once('connect', () => resolve(false)).once('error', (error) => resolve(meansDeserted(error, directory)));
    socket.once('connect', () => socket.destroy());
  });
}

function meansDeserted(error: Error, directory: string): boolean {
  const code = systemCodeOf(error);
  return code === 'ECONNREFUSED' || (code === 'ENOENT' && isOldAndEmpty(directory));
}

function isOldAndEmpty(directory: string): boolean {
  try {
    if (performance.timeOrigin + performance.now() - statSync(directory).mtimeMs < YOUNG_MS) return false;
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
