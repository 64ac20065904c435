import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_MARKS } from '../base/environment-marks.ts';
import { ownerState } from '../base/files/owner.ts';

/**
 * What is at the place of an environment: nothing; one whose making did not end; one that is being made; one made from
 * these requirements (`made`) or from others (`outdated`); one that `balpm setup` did not make; anything else. A link
 * leads to what others may share, so what is behind it is never ours.
 */
export type EnvironmentState = 'absent' | 'unfinished' | 'busy' | 'made' | 'outdated' | 'foreign' | 'occupied';

/** Looks at a directory; `stamp` is that of the wanted requirements. */
export function readEnvironmentState(directory: string, stamp: string): EnvironmentState {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  if (!(statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false)) return 'occupied';
  const names = readdirSync(directory);
  const owners = names.map(ENVIRONMENT_MARKS.ownerOf).filter((owner) => owner !== undefined);
  if (owners.some((owner) => ownerState(owner) === 'alive')) return 'busy';
  if (found.isSymbolicLink()) return names.includes('pyvenv.cfg') && owners.length === 0 ? 'foreign' : 'occupied';
  if (owners.length > 0) return 'unfinished';
  if (names.includes(ENVIRONMENT_MARKS.stamp))
    return readFileSync(join(directory, ENVIRONMENT_MARKS.stamp), 'utf8').trim() === stamp ? 'made' : 'outdated';
  if (names.length === 0) return 'absent';
  return names.includes('pyvenv.cfg') ? 'foreign' : 'occupied';
}
