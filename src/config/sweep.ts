import { usageError } from '../base/errors.ts';
import type { Plain } from '../base/yaml/plain.ts';
import type { ExperimentConfig } from './experiment.ts';
import { configOf, type LoadedConfig } from './load.ts';
import { readConfigTree } from './load-tree.ts';
import { readPreset } from './presets.ts';

/** One key and the values it takes, as the text an override would give. */
interface SweptKey {
  readonly key: string;
  readonly values: readonly string[];
}

/** One combination of swept values. */
export interface SweepCell {
  readonly id: string;
  readonly loaded: LoadedConfig;
}

const RANGE = /^(-?\d+)\.\.(-?\d+)$/;
const MOST_CELLS = 100_000;

/**
 * Loads every combination of the swept values. `argument`s are overrides; those with a list (`a,b,c`) or a range
 * (`1..5`) are swept, and so are the keys of the file's `sweep` that no argument names. `preset` lies below the file.
 * @throws BalpmError (usage)
 */
export async function loadSweep(
  path: string,
  args: readonly string[],
  identify: (config: ExperimentConfig) => string,
  preset: string | null = null,
): Promise<SweepCell[]> {
  const given = args.map(parseArgument);
  const fixed = given
    .filter(({ values }) => values.length === 1)
    .map(({ key, values }) => (key.startsWith('~') ? key : `${key}=${values[0]}`));
  const [file, below] = [await readConfigTree(path), await readPreset(preset)];
  const base = configOf(file, fixed, below);
  const fromFile = Object.entries(base.config.sweep).map(([key, values]) => sweptFromFile(key, values));
  const swept = [
    ...fromFile.filter(({ key }) => !given.some((one) => one.key === key)),
    ...given.filter(({ values }) => values.length > 1),
  ];
  assertSize(swept);
  const cells: { id: string; identity: string; loaded: LoadedConfig }[] = [];
  for (const combination of combine(swept)) {
    const loaded = configOf(
      file,
      [...fixed, ...combination.map(({ key, value }) => `${key}=${value}`), '~sweep'],
      below,
    );
    const named = nameArm(loaded, combination);
    cells.push({ id: cellId(combination, named.config.seed), identity: identify(named.config), loaded: named });
  }
  return distinctCells(cells);
}

/** `key=a,b,c` or `key=1..5` or `key=value`; commas inside brackets, braces and quotes do not split. */
function parseArgument(text: string): SweptKey {
  const split = text.indexOf('=');
  if (split < 1) return { key: text, values: [''] };
  const range = RANGE.exec(text.slice(split + 1));
  return { key: text.slice(0, split), values: range ? expandRange(range, text) : splitList(text.slice(split + 1)) };
}

function sweptFromFile(key: string, values: readonly Plain[] | string): SweptKey {
  if (typeof values !== 'string') return { key, values: values.map((value) => JSON.stringify(value)) };
  return parseArgument(`${key}=${values}`);
}

function expandRange(match: RegExpExecArray, text: string): string[] {
  const [first, last] = [Number(match[1]), Number(match[2])];
  if (last < first)
    throw usageError(`Cannot read sweep '${text}': the range ends before it begins, FIRST..LAST is needed`);
  if (last - first >= MOST_CELLS)
    throw usageError(
      `Cannot read sweep '${text}': the range has ${last - first + 1} values, at most ${MOST_CELLS} are needed`,
    );
  return Array.from({ length: last - first + 1 }, (_value, index) => String(first + index));
}

function splitList(text: string): string[] {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character)) depth--;
    if (character === ',' && depth === 0 && quote === '') parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function assertSize(swept: readonly SweptKey[]): void {
  const size = swept.reduce((product, { values }) => product * values.length, 1);
  if (size > MOST_CELLS)
    throw usageError(`Cannot sweep: ${size} combinations were asked for, at most ${MOST_CELLS} are needed`);
}

type Combination = readonly { readonly key: string; readonly value: string }[];

/** Every combination, the last key fastest. */
function combine(swept: readonly SweptKey[]): Combination[] {
  return swept.reduce<Combination[]>(
    (combinations, { key, values }) =>
      combinations.flatMap((combination) => values.map((value) => [...combination, { key, value }])),
    [[]],
  );
}

/** An arm swept over its own options carries them in its name, so that reports tell the arms apart. */
function nameArm(loaded: LoadedConfig, combination: Combination): LoadedConfig {
  const { acquisition } = loaded.config;
  const own = combination.filter(({ key }) => key.startsWith(`acquisition.${acquisition.policy}.`));
  if (acquisition.name !== null || own.length === 0) return loaded;
  const name = [acquisition.policy, ...own.map(({ key, value }) => `${lastPart(key)}-${slug(value)}`)].join('-');
  return { ...loaded, config: { ...loaded.config, acquisition: { ...acquisition, name } } };
}

/** Names a cell by its values: the policy bare, any other key with its last part, and the seed as s9. */
function cellId(combination: Combination, seed: number): string {
  const parts = combination
    .filter(({ key }) => key !== 'seed')
    .map(({ key, value }) => {
      const isArm = key === 'acquisition.policy' || key === 'acquisition.name';
      return isArm ? slug(value) : `${lastPart(key)}-${slug(value)}`;
    });
  return [...parts, `s${seed}`].join('-');
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1);
const slug = (value: string): string =>
  value
    .replace(/^"(.*)"$/, '$1')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .slice(0, 60);

/** Drops cells that are the same experiment (an option of another policy was swept) and refuses equal ids of different ones. */
function distinctCells(cells: readonly { id: string; identity: string; loaded: LoadedConfig }[]): SweepCell[] {
  const byIdentity = new Map<string, SweepCell>();
  for (const { id, identity, loaded } of cells) if (!byIdentity.has(identity)) byIdentity.set(identity, { id, loaded });
  const kept = [...byIdentity.values()];
  const ids = new Set(kept.map(({ id }) => id));
  if (ids.size === kept.length) return kept;
  return [...byIdentity].map(([identity, cell]) => ({ ...cell, id: `${cell.id}-${identity.slice(0, 6)}` }));
}
