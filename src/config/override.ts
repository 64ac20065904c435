import { parseDocument } from 'yaml';
import { messageOf, usageError } from '../base/errors.ts';
import { describePlain, isPlainObject, type Plain, type PlainObject } from '../base/yaml/plain.ts';
import { plainValue } from '../base/yaml/plain-value.ts';

/** One `key=value` (set) or `~key` (back to the default) of the command line. */
export interface Override {
  readonly text: string;
  readonly path: readonly string[];
  readonly value: Plain | undefined;
}

/** Parses `a.b=value` or `~a.b`; the value is read as YAML 1.2. @throws BalpmError (usage) */
export function parseOverride(text: string): Override {
  if (text.startsWith('~')) return { text, path: parseKey(text.slice(1), text), value: undefined };
  const split = text.indexOf('=');
  if (split < 1) throw usageError(`Cannot read override '${text}': there is no '=', key=value or ~key is needed`);
  return { text, path: parseKey(text.slice(0, split), text), value: parseScalar(text.slice(split + 1), text) };
}

/** A copy of `tree` with the override applied. @throws BalpmError (usage) when a parent is not a mapping. */
export function applyOverride(tree: PlainObject, override: Override, path = override.path): PlainObject {
  const [key, ...rest] = path as [string, ...string[]];
  const current = Object.hasOwn(tree, key) ? tree[key] : undefined;
  if (rest.length === 0) return withKey(tree, key, override.value);
  if (override.value === undefined && current === undefined) return tree;
  if (current !== undefined && current !== null && !isPlainObject(current)) {
    throw usageError(
      `Cannot apply override '${override.text}': '${key}' is ${describePlain(current)}, a mapping is needed`,
    );
  }
  return withKey(tree, key, applyOverride(isPlainObject(current) ? current : {}, override, rest));
}

function parseKey(key: string, text: string): string[] {
  const path = key.split('.');
  if (path.some((part) => part === ''))
    throw usageError(`Cannot read override '${text}': the key has an empty part, a.b.c is needed`);
  if (path.includes('__proto__'))
    throw usageError(`Cannot read override '${text}': '__proto__' is no key; give a key of the configuration`);
  return path;
}

/** Reads one value as YAML 1.2. @throws BalpmError (usage) */
function parseScalar(value: string, text: string): Plain {
  try {
    const document = parseDocument(value, { prettyErrors: false, logLevel: 'error' });
    return plainValue(document);
  } catch (error) {
    throw usageError(`Cannot read override '${text}': ${messageOf(error).split('\n')[0]}; give a YAML value`);
  }
}

function withKey(tree: PlainObject, key: string, value: Plain | undefined): PlainObject {
  const { [key]: _dropped, ...others } = tree;
  return value === undefined ? others : { ...tree, [key]: value };
}
