import { canonicalJson } from '../base/text/canonical-json.ts';
import { printable } from '../base/text/printable.ts';
import type { Arm } from '../evaluation/arms.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Name of the configuration file beside the page. */
export const CONFIG_FILE = 'config.yaml';

/** The configuration of the first run as a start for the others; without its sweep, which the commands replace. */
export function baseConfig(arms: readonly Arm[]): Plain {
  const { sweep: _, ...config } = arms[0]?.runs[0]?.config ?? {};
  return config;
}

/** Shell commands that make every run again from `config.yaml`, each policy in a place of its own, and compare them. */
export function reproduceCommands(arms: readonly Arm[]): string[] {
  const base = baseConfig(arms);
  const commands = arms.map((arm) => commandsOf(arm, base));
  const places = commands.flatMap(({ ids }) => ids.map((id) => `${outputDirectory(base)}/${id}`));
  return [...commands.flatMap(({ lines }) => lines), shellLine(['balpm', 'compare', ...places])];
}

interface ArmCommands {
  readonly lines: readonly string[];
  readonly ids: readonly string[];
}

function commandsOf({ policy, runs }: Arm, base: Plain): ArmCommands {
  const overrides = overridesBetween(base, runs[0]?.config ?? {});
  const start = (name: string, id: string, seeds: string): string =>
    shellLine(['balpm', name, '-c', CONFIG_FILE, '--id', id, ...overrides, `seed=${seeds}`]);
  if (runs.length > 1 && !overrides.some(isList)) {
    const id = `again-${policy}`;
    return { lines: [start('sweep', id, runs.map(({ seed }) => seed).join(','))], ids: [id] };
  }
  const named = runs.map(({ seed }) => ({ seed, id: `again-${policy}-s${seed}` }));
  return { lines: named.map(({ id, seed }) => start('run', id, String(seed))), ids: named.map(({ id }) => id) };
}

function outputDirectory({ output }: Plain): string {
  const directory = isPlain(output) ? output['dir'] : undefined;
  return typeof directory === 'string' ? directory : 'runs';
}

const shellLine = (words: readonly string[]): string => words.map(quoteForShell).join(' ');

/** A sweep would read a comma or two dots as several values. */
const isList = (override: string): boolean => /,|\.\./.test(override.slice(override.indexOf('=')));

/** `key=value` for every leaf in which `config` differs from `base`, its seed and sweep apart; `~key` where it has none. */
function overridesBetween(base: Plain, config: Plain, prefix = ''): string[] {
  const names = [...new Set([...Object.keys(base), ...Object.keys(config)])].toSorted();
  return names.flatMap((name) => {
    const [before, after] = [base[name], config[name]];
    const key = prefix + name;
    if (key === 'seed' || key === 'sweep' || canonicalJson(before) === canonicalJson(after)) return [];
    if (after === undefined) return [`~${key}`];
    if (isPlain(before) && isPlain(after)) return overridesBetween(before, after, `${key}.`);
    return [`${key}=${typeof after === 'string' ? after : canonicalJson(after)}`];
  });
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function quoteForShell(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (printable(word) !== word) return `$'${printable(word.replaceAll(/[\\']/g, '\\$&'), bytesForShell)}'`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What must not stand in a page as it is, as bytes that bash and zsh read within `$'…'`. */
const bytesForShell = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
