import { dirname, isAbsolute, resolve } from 'node:path';
import { usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { Plain, PlainObject } from '../base/yaml/plain.ts';
import { readYaml, type YamlFile } from '../base/yaml/read-yaml.ts';
import { mergeTrees } from './merge-trees.ts';

/**
 * A YAML file as a plain tree, parents merged in: mappings key by key, all else replaced; of several parents the later
 * one wins. @throws BalpmError (usage)
 */
export function readConfigTree(path: string, what = 'config'): Promise<YamlFile> {
  return readTree(path, { what, seen: [] });
}

/** What is read, in words, and the files on the way to it. */
interface Reading {
  readonly what: string;
  readonly seen: readonly string[];
}

async function readTree(path: string, { what, seen }: Reading): Promise<YamlFile> {
  const absolute = resolve(path);
  if (seen.includes(absolute)) {
    throw usageError(`Cannot read ${what} ${quotePath(path)}: it extends itself, a parent that ends is needed`);
  }
  return mergeParents(await readYaml(path, what), { what, seen: [...seen, absolute] });
}

async function mergeParents(file: YamlFile, reading: Reading): Promise<YamlFile> {
  const { extends: named, ...tree } = file.tree;
  if (named === undefined) return file;
  let merged: PlainObject = {};
  const files = [file];
  for (const parent of parentsOf(named, file.path, reading.what)) {
    const base = await readTree(isAbsolute(parent) ? parent : resolve(dirname(file.path), parent), reading);
    merged = mergeTrees(merged, base.tree);
    files.splice(1, 0, base);
  }
  const lineOf: YamlFile['lineOf'] = (keyPath) => firstLine(files, keyPath);
  return { ...file, tree: mergeTrees(merged, tree), lineOf };
}

function parentsOf(named: Plain, path: string, what: string): readonly string[] {
  const parents = Array.isArray(named) ? (named as readonly Plain[]) : [named];
  if (parents.length > 0 && parents.every((parent) => typeof parent === 'string')) return parents;
  throw usageError(
    `Cannot read ${what} ${quotePath(path)}: 'extends' is not text, a path (or a list of paths) is needed`,
  );
}

/** The file itself is asked first, then its parents from the last to the first. */
function firstLine(files: readonly YamlFile[], keyPath: readonly PropertyKey[]): string | undefined {
  for (const { lineOf } of files) {
    const line = lineOf(keyPath);
    if (line !== undefined) return line;
  }
  return undefined;
}
