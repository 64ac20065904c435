import { usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { readYaml } from '../base/yaml/read-yaml.ts';
import { SyntheticWorld } from '../synthetic/world-config.ts';
import { loadConfig, parseWith } from './load.ts';

/**
 * Reads the world a YAML file describes: the file is the world itself, or an experiment whose `data` is synthetic.
 * @throws BalpmError (usage) naming file, line and key.
 */
export async function readWorldConfig(path: string): Promise<SyntheticWorld> {
  const { tree, lineOf } = await readYaml(path);
  if ('data' in tree || 'extends' in tree) return worldOfExperiment(path);
  return parseWith(SyntheticWorld, tree, (keyPath) => lineOf(keyPath) ?? quotePath(path));
}

async function worldOfExperiment(path: string): Promise<SyntheticWorld> {
  const { data } = (await loadConfig(path)).config;
  if (data.type === 'synthetic') return data.world;
  throw usageError(`Cannot synthesise from ${quotePath(path)}: its data.type is '${data.type}', synthetic is needed`);
}
