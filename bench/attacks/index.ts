import type { AttackGroup } from './attack.ts';
import { leftBehindByKills } from './left-behind.ts';
import { refusedData } from './refused-data.ts';
import { signalsAndDisks } from './signals-and-disks.ts';

/** Every group of the campaign; a new source is a file of this folder and its name in a list here. */
export const GROUPS: readonly AttackGroup[] = [
  { name: 'bad input', least: 600, sources: [] },
  { name: 'signals and disks', least: 100, sources: [signalsAndDisks] },
  { name: 'locks', least: 40, sources: [] },
  { name: 'untrusted text', least: 60, sources: [] },
  { name: 'left behind', least: 100, sources: [leftBehindByKills, refusedData] },
];
