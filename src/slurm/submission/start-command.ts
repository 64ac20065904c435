import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../base/package-info.ts';
import type { SlurmProfile } from '../site/profile.ts';

/**
 * Command that starts balpm on a node, one element per word: that of the profile, or this Node and this installation.
 */
export function startCommand({ command }: Pick<SlurmProfile, 'command'>): readonly string[] {
  if (command !== null) return command;
  const built = join(PACKAGE_ROOT, 'dist/main.js');
  return [process.execPath, existsSync(built) ? built : (process.argv[1] as string)];
}
