import { canonicalJson } from '../base/canonical-json.ts';
import type { Arm } from '../evaluation/arms.ts';
import type { RunRecord } from '../ledger/run-record.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Name of the configuration file beside the page. */
export const CONFIG_FILE = 'config.yaml';

/** The configuration of the first run as a start for the others; without its sweep, which the commands replace. */
export function baseConfig(arms: readonly Arm[]): Plain {
  const { sweep: _, ...config } = arms[0]?.runs[0]?.config ?? {};
  return config;
}

/** Shell commands that make every run again from `config.yaml`, one a policy. */
export function reproduceCommands(arms: readonly Arm[]): string[] {
  const base = baseConfig(arms);
  return arms.flatMap(({ runs }) => {
    const [first, ...rest] = runs as readonly [RunRecord, ...RunRecord[]];
    const overrides = overridesBetween(base, first.config);
    if (rest.length > 0 && !overrides.some(isList))
      return [command('sweep', [...overrides, `seed=${runs.map((run) => run.seed).join(',')}`])];
    return runs.map((run) => command('run', [...overrides, `seed=${run.seed}`]));
  });
}

const command = (name: string, overrides: readonly string[]): string =>
  ['balpm', name, '-c', CONFIG_FILE, ...overrides.map(quoteForShell)].join(' ');

/** A sweep would read a comma or two dots as several values. */
const isList = (override: string): boolean => /,|\.\./.test(override.slice(override.indexOf('=')));

/** `key=value` for every leaf in which `config` differs from `base`, its seed and sweep apart; `~key` where it has none. */
function overridesBetween(base: Plain, config: Plain, prefix = ''): string[] {
  const names = [...new Set([...Object.keys(base), ...Object.keys(config)])].sort();
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

const quoteForShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
