import { join } from 'node:path';
import { usageError } from '../base/errors.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { suggestion } from '../base/text/nearest-name.ts';
import type { YamlFile } from '../base/yaml/read-yaml.ts';
import { readConfigTree } from './load-tree.ts';

/** Names that `--preset` takes: methods with their training and label budget, each a file of `configs/presets`. */
export const PRESETS = ['paper', 'reference'] as const;

/** A preset as read. */
export interface Preset {
  readonly name: string;
  readonly file: YamlFile;
}

/** The preset of that name, null where none is named. @throws BalpmError (usage) naming those there are. */
export async function readPreset(name: string | null): Promise<Preset | null> {
  if (name === null) return null;
  if (!(PRESETS as readonly string[]).includes(name))
    throw usageError(
      `Cannot use preset '${name}'${suggestion(name, PRESETS)}: there is no such preset, one of ${PRESETS.join(', ')} is needed`,
    );
  return { name, file: await readConfigTree(join(PACKAGE_ROOT, 'configs/presets', `${name}.yaml`), 'preset') };
}
