import type { z } from 'zod';
import { usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { isPlainObject, type Plain, type PlainObject } from '../base/yaml/plain.ts';
import type { YamlFile } from '../base/yaml/read-yaml.ts';
import { fillSettings } from '../posterior/fill-settings.ts';
import { PAPER_SETTINGS } from '../posterior/head-settings.ts';
import { POSTERIOR_TYPES, posteriorOf } from '../posterior/index.ts';
import { ExperimentConfig } from './experiment.ts';
import { explainIssue, type IssueOrigin } from './explain-issue.ts';
import { readConfigTree } from './load-tree.ts';
import { mergeTrees } from './merge-trees.ts';
import { choiceOf, type MethodChoice } from './method-choice.ts';
import { applyOverride, type Override, parseOverride } from './override.ts';
import { type Preset, readPreset } from './presets.ts';
import { resolvePaths } from './resolve-paths.ts';

/** A configuration as loaded: resolved, and with what it was made from. */
export interface LoadedConfig {
  readonly config: ExperimentConfig;
  readonly path: string;
  readonly source: string;
  readonly overrides: readonly string[];
  /** Who decided on policy and posterior, and what a preset below the file gave. */
  readonly choice: MethodChoice;
}

/**
 * Reads a YAML file, follows `extends`, applies overrides and validates; what neither says is taken from `preset`, where
 * one is named, and else from the defaults. @throws BalpmError (usage) naming file, line and key.
 */
export async function loadConfig(
  path: string,
  overrides: readonly string[] = [],
  preset: string | null = null,
): Promise<LoadedConfig> {
  return configOf(await readConfigTree(path), overrides, await readPreset(preset));
}

/** The same of files that were read already. */
export function configOf(file: YamlFile, overrides: readonly string[], preset: Preset | null): LoadedConfig {
  const parsed = overrides.map(parseOverride);
  const withOverrides = (tree: PlainObject): PlainObject =>
    parsed.reduce<PlainObject>((current, override) => applyOverride(current, override), tree);
  const below = preset === null ? null : { name: preset.name, tree: preset.file.tree };
  const whole = withPosteriorType(withOverrides(below === null ? file.tree : mergeTrees(below.tree, file.tree)));
  const files: [YamlFile, ...YamlFile[]] = preset === null ? [file] : [file, preset.file];
  const config = resolvePaths(parseExperiment(whole, (keyPath) => originOf(keyPath, parsed, files)));
  const choice = choiceOf({ given: below === null ? whole : withOverrides(file.tree), preset: below, whole });
  return { config, path: file.path, source: file.text, overrides, choice };
}

/**
 * Validates a plain tree. Training of a head that is given, and of kinds that train none on features, is the paper's in
 * what it leaves open. @throws BalpmError (usage)
 */
export function parseExperiment(tree: PlainObject, origin: IssueOrigin): ExperimentConfig {
  const config = parseWith(ExperimentConfig, withUsualTypes(tree), origin);
  const { posterior } = config;
  const isDecided = posterior.head !== null || posteriorOf(posterior.type).heads(posterior) === null;
  return isDecided ? { ...config, posterior: fillSettings(posterior, PAPER_SETTINGS) } : config;
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

/** Where no type is given, an option that only one kind has means that kind. */
function withPosteriorType(tree: PlainObject): PlainObject {
  const { posterior } = tree;
  if (!isPlainObject(posterior) || posterior['type'] !== undefined) return tree;
  const given = (key: string): boolean => posterior[key] !== undefined;
  const implied = POSTERIOR_TYPES.find((type) => posteriorOf(type).impliedBy?.some(given));
  return implied === undefined ? tree : { ...tree, posterior: { ...posterior, type: implied } };
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
function originOf(
  keyPath: readonly PropertyKey[],
  overrides: readonly Override[],
  files: readonly [YamlFile, ...YamlFile[]],
): string {
  const touches = ({ path }: Override): boolean =>
    path.every((part, index) => index >= keyPath.length || String(keyPath[index]) === part);
  const given = keyPath.length > 0 ? overrides.findLast(touches) : undefined;
  if (given !== undefined) return `'${given.text}' on the command line`;
  return files.map(({ lineOf }) => lineOf(keyPath)).find((line) => line !== undefined) ?? quotePath(files[0].path);
}
