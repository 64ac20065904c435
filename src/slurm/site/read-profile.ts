import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type PlainObject } from '../../base/yaml/plain.ts';
import { parseWith } from '../../config/load.ts';
import { readConfigTree } from '../../config/load-tree.ts';
import { applyOverride, parseOverride } from '../../config/override.ts';
import { SlurmProfile } from './profile.ts';

/** A profile and its file. */
export interface LoadedProfile {
  readonly profile: SlurmProfile;
  /** Absolute; null for the defaults. */
  readonly path: string | null;
}

/**
 * The profile of a file; by default that of `slurm.yaml` in the working directory, of `balpm/slurm.yaml` below
 * XDG_CONFIG_HOME (or ~/.config), or the defaults. `job` holds overrides of keys of `job`, such as `minutes=90`.
 * @throws BalpmError (usage) naming file, line and the nearest key.
 */
export async function readProfile(path: string | undefined, job: readonly string[] = []): Promise<LoadedProfile> {
  const found = path ?? usualPlaces().find((place) => existsSync(place));
  const file = found === undefined ? { tree: {}, lineOf: () => undefined } : await readConfigTree(found, 'profile');
  const overrides = job.map((text) => parseOverride(`job.${text}`));
  const tree = overrides.reduce<PlainObject>((current, override) => applyOverride(current, override), file.tree);
  const origin = (keyPath: readonly PropertyKey[]): string => {
    const given = overrides.find(({ path: key }) => key.every((part, index) => String(keyPath[index]) === part));
    if (given !== undefined) return `'--job ${given.text.slice('job.'.length)}' on the command line`;
    return file.lineOf(keyPath) ?? `'${found ?? 'defaults'}'`;
  };
  return {
    profile: parseWith(SlurmProfile, tree, origin, 'profile'),
    path: found === undefined ? null : resolve(found),
  };
}

const usualPlaces = (): string[] => [
  'slurm.yaml',
  join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'balpm', 'slurm.yaml'),
];
