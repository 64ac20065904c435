import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BalpmError, messageOf } from '../errors.ts';
import { adviceOnWrite } from './disk-failure.ts';
import { MARK, ownerState, ownMark } from './owner.ts';
import { unchangedMs } from './temporary-files.ts';

const PURPOSES = ['doctor', 'graph', 'log', 'probe', 'revisit', 'trial', 'worker'] as const;
const OURS = new RegExp(`^balpm-(?:${PURPOSES.join('|')})-(?:(${MARK})-)?[A-Za-z0-9]{6}$`);
/** A file in a directory that its process left for a person to read: which command that was. */
const KEPT = 'kept';
const WEEK_MS = 7 * 86_400_000;

/** What a temporary directory is for. */
export type TemporaryPurpose = (typeof PURPOSES)[number];

/**
 * A new directory for this user alone in the system's place for temporary files; its name tells whose it is.
 * @throws BalpmError (environment) when there is no room.
 */
export function makeTemporaryDirectory(purpose: TemporaryPurpose): string {
  try {
    return mkdtempSync(join(tmpdir(), `balpm-${purpose}-${ownMark()}-`));
  } catch (error) {
    const found = messageOf(error);
    throw new BalpmError(
      'environment',
      `Cannot make a temporary directory in '${tmpdir()}': ${found}; ${adviceOnWrite(error)} (TMPDIR names the place)`,
      { cause: error },
    );
  }
}

/** Leaves a temporary directory to the person who was told of it, until the same command has worked or a week is over. */
export function keepTemporaryDirectory(directory: string): void {
  try {
    writeFileSync(join(directory, KEPT), commandKey());
  } catch {
    // It goes with the next command, then.
  }
}

/**
 * Removes this user's temporary directories whose processes are gone. Those kept for a person go after a week, and
 * those of which nobody can tell when nothing in them has changed for a week.
 */
export function removeLeftDirectories(): void {
  removeOwn((directory, mark) => {
    const state = mark === undefined ? 'unknown' : ownerState(mark);
    if (state === 'alive') return false;
    return (state === 'gone' && keptBy(directory) === undefined) || unchangedMs(directory) > WEEK_MS;
  });
}

/** Removes what earlier attempts of the command that has just worked kept for a person. */
export function forgetKeptDirectories(): void {
  removeOwn((directory) => keptBy(directory) === commandKey());
}

function removeOwn(isToGo: (directory: string, mark: string | undefined) => boolean): void {
  for (const name of listNames(tmpdir())) {
    const match = OURS.exec(name);
    const directory = join(tmpdir(), name);
    try {
      if (match === null || !isOwn(directory)) continue;
      if (isToGo(directory, match[1])) rmSync(directory, { recursive: true, force: true });
    } catch {
      // Another process may be at it too.
    }
  }
}

function isOwn(directory: string): boolean {
  const found = lstatSync(directory);
  return found.isDirectory() && found.uid === process.getuid?.();
}

function keptBy(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, KEPT), 'utf8');
  } catch {
    return undefined;
  }
}

const commandKey = (): string =>
  createHash('sha256')
    .update(JSON.stringify([process.cwd(), process.argv.slice(2)]))
    .digest('hex');

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
