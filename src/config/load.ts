import { dirname, isAbsolute, resolve } from 'node:path';
import type { z } from 'zod';
import { usageError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { ExperimentConfig } from './experiment.ts';
import { explainIssue, type IssueOrigin } from './explain-issue.ts';
import {
  applyOverride,
  isPlainObject,
  type Override,
  type Plain,
  type PlainObject,
  parseOverride,
} from './override.ts';
import { readYaml, type YamlFile } from './read-yaml.ts';
import { resolvePaths } from './resolve-paths.ts';

/** A configuration as loaded: resolved, and with what it was made from. */
export interface LoadedConfig {
  readonly config: ExperimentConfig;
  readonly path: string;
  readonly source: string;
  readonly overrides: readonly string[];
}

/** Reads a YAML file, follows `extends`, applies overrides and validates. @throws BalpmError (usage) naming file, line and key. */
export async function loadConfig(path: string, overrides: readonly string[] = []): Promise<LoadedConfig> {
  return configOf(await readConfigTree(path), overrides);
}

/** The same of a file that was read already. */
export function configOf(file: YamlFile, overrides: readonly string[]): LoadedConfig {
  const parsed = overrides.map(parseOverride);
  const tree = parsed.reduce<PlainObject>((current, override) => applyOverride(current, override), file.tree);
  const config = resolvePaths(parseExperiment(tree, (keyPath) => originOf(keyPath, parsed, file)));
  return { config, path: file.path, source: file.text, overrides };
}

/** Validates a plain tree. @throws BalpmError (usage) */
export function parseExperiment(tree: PlainObject, origin: IssueOrigin): ExperimentConfig {
  return parseWith(ExperimentConfig, withUsualTypes(tree), origin);
}

/** Validates `tree` against any schema, explaining the first problem in one line. @throws BalpmError (usage) */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  tree: Plain,
  origin: IssueOrigin,
  what = 'config',
): z.output<Schema> {
  const result = schema.safeParse(tree, { reportInput: true });
  if (!result.success) throw usageError(explainIssue(schema, result.error, { tree, origin, what }));
  return result.data;
}

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
    merged = merge(merged, base.tree);
    files.splice(1, 0, base);
  }
  const lineOf: YamlFile['lineOf'] = (keyPath) => firstLine(files, keyPath);
  return { ...file, tree: merge(merged, tree), lineOf };
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

function merge(base: PlainObject, over: PlainObject): PlainObject {
  const merged: Record<string, Plain> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isPlainObject(below) && isPlainObject(value) ? merge(below, value) : value;
  }
  return merged;
}

const lacksType = (block: Plain | undefined): block is PlainObject =>
  isPlainObject(block) && block['type'] === undefined;

/** `data` without a type is a directory, an `oracle` that is told how to answer the dataset: the common case needs no type. */
function withUsualTypes(tree: PlainObject): PlainObject {
  const { data, oracle } = tree;
  return {
    ...tree,
    ...(lacksType(data) && { data: { type: 'directory', ...data } }),
    ...(lacksType(oracle) && oracle['answers'] !== undefined && { oracle: { type: 'dataset', ...oracle } }),
  };
}

/** The override that gave a key (or a part of it), else the file and line. */
function originOf(keyPath: readonly PropertyKey[], overrides: readonly Override[], file: YamlFile): string {
  const touches = ({ path }: Override): boolean =>
    path.every((part, index) => index >= keyPath.length || String(keyPath[index]) === part);
  const given = keyPath.length > 0 ? overrides.findLast(touches) : undefined;
  return given ? `'${given.text}' on the command line` : (file.lineOf(keyPath) ?? quotePath(file.path));
}
