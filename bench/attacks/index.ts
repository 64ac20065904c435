import type { AttackGroup } from './attack.ts';
import { commandLineAttacks } from './command-line.ts';
import { oddFiles } from './odd-files.ts';

/** Every group of the campaign; a new source is a file of this folder and its name in a list here. */
export const GROUPS: readonly AttackGroup[] = [
  { name: 'bad input', least: 600, sources: [commandLineAttacks, oddFiles] },
  { name: 'signals and disks', least: 100, sources: [] },
  { name: 'locks', least: 40, sources: [] },
  { name: 'untrusted text', least: 60, sources: [] },
  { name: 'left behind', least: 100, sources: [] },
];
