import { readdirSync } from 'node:fs';
import { MARK, ownMark } from './files/owner.ts';

const UNFINISHED = '.balpm-unfinished.';
const PATTERN = new RegExp(String.raw`^\.balpm-unfinished\.(${MARK})$`);

/** Files by which `balpm setup` says how far a Python environment is. */
export const ENVIRONMENT_MARKS = {
  /** In a whole one: SHA-256 of the requirements it was made from. */
  stamp: '.balpm-stamp',
  /** In one that is being made: the name tells the process that makes it. */
  unfinished: (): string => `${UNFINISHED}${ownMark()}`,
  /** Owner of such a mark; undefined for any other name. */
  ownerOf: (name: string): string | undefined => PATTERN.exec(name)?.[1],
  /** Whether the making of an environment was begun and has not ended well. */
  isUnfinished: (directory: string): boolean => readdirSync(directory).some((name) => name.startsWith(UNFINISHED)),
} as const;
