import { LineCounter, parseDocument } from 'yaml';
import { BalpmError, usageError } from '../base/errors.ts';
import { quotePath, readText } from '../base/files.ts';
import { loadConfig, parseWith } from '../config/load.ts';
import { isPlainObject, type PlainObject } from '../config/override.ts';
import { SyntheticWorld } from './world-config.ts';

/**
 * Reads the world a YAML file describes: the file is the world itself, or an experiment whose `data` is synthetic.
 * @throws BalpmError (usage) naming file, line and key.
 */
export async function readWorldConfig(path: string): Promise<SyntheticWorld> {
  const { tree, lineOf } = parseYaml(path, await readConfigText(path));
  if ('data' in tree || 'extends' in tree) return worldOfExperiment(path);
  return parseWith(SyntheticWorld, tree, (keyPath) => `${quotePath(path)}${lineOf(keyPath)}`);
}

async function worldOfExperiment(path: string): Promise<SyntheticWorld> {
  const { data } = (await loadConfig(path)).config;
  if (data.type === 'synthetic') return data.world;
  throw usageError(`Cannot synthesise from ${quotePath(path)}: its data.type is '${data.type}', synthetic is needed`);
}

/** A config that cannot be read is wrong usage, not wrong data. */
async function readConfigText(path: string): Promise<string> {
  try {
    return await readText(path, 'config');
  } catch (error) {
    if (error instanceof BalpmError) throw usageError(error.message);
    throw error;
  }
}

interface YamlTree {
  readonly tree: PlainObject;
  readonly lineOf: (keyPath: readonly PropertyKey[]) => string;
}

function parseYaml(path: string, text: string): YamlTree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem) {
    const { line } = lines.linePos(problem.pos[0]);
    throw usageError(
      `Cannot read config ${quotePath(path)} line ${line}: ${problem.message.replaceAll('\n', ' ')}, YAML is needed`,
    );
  }
  const tree: unknown = document.toJS() ?? {};
  if (!isPlainObject(tree))
    throw usageError(`Cannot read config ${quotePath(path)}: it is not a mapping, keys and values are needed`);
  const lineOf = (keyPath: readonly PropertyKey[]): string => {
    const node: unknown = document.getIn(keyPath, true);
    const isPlaced = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
    return isPlaced ? ` line ${lines.linePos((node.range as number[])[0] as number).line}` : '';
  };
  return { tree, lineOf };
}
