import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_MARKS } from '../base/environment-marks.ts';
import { environmentError, systemCodeOf } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';

/** An environment that this process alone may fill. */
export interface ClaimedEnvironment {
  /** Removes what an earlier set-up left unfinished in it. */
  readonly empty: () => void;
  /** Declares it whole, in one step. */
  readonly finish: (stamp: string) => void;
}

/**
 * Takes the directory of an environment for this process. From here to `finish` a mark in it says that it is not whole,
 * whenever this process is killed.
 * @throws BalpmError (environment) when another process was faster.
 */
export function claimEnvironment(directory: string): ClaimedEnvironment {
  mkdirSync(directory, { recursive: true });
  const name = ENVIRONMENT_MARKS.unfinished();
  const mark = join(directory, name);
  takeMark(directory, mark);
  if (marksOf(directory).some((other) => other !== name)) {
    rmSync(mark);
    throw beingMade(directory);
  }
  return { empty: () => empty(directory, name), finish: (stamp) => finish(directory, mark, stamp) };
}

/** The failure when another process is making the environment. */
export const beingMade = (directory: string): Error =>
  environmentError(
    `Cannot set up ${quotePath(directory)}: another balpm setup is making it; wait for that one to end, then run this again`,
  );

/** A mark or stamp that is there becomes ours by renaming it, which only one process can do. */
function takeMark(directory: string, mark: string): void {
  const [left] = marksOf(directory);
  const stamp = existsSync(join(directory, ENVIRONMENT_MARKS.stamp)) ? ENVIRONMENT_MARKS.stamp : undefined;
  const there = left ?? stamp;
  try {
    if (there === undefined) writeFileSync(mark, '', { flag: 'wx' });
    else renameSync(join(directory, there), mark);
  } catch (error) {
    throw systemCodeOf(error) === 'ENOENT' ? beingMade(directory) : error;
  }
}

const marksOf = (directory: string): string[] =>
  readdirSync(directory).filter((name) => ENVIRONMENT_MARKS.ownerOf(name) !== undefined);

/** All but the mark, which so outlives a kill in between. */
function empty(directory: string, mark: string): void {
  for (const name of readdirSync(directory))
    if (name !== mark) rmSync(join(directory, name), { recursive: true, force: true });
}

function finish(directory: string, mark: string, stamp: string): void {
  writeFileSync(mark, stamp, { flag: 'r+' });
  renameSync(mark, join(directory, ENVIRONMENT_MARKS.stamp));
}
