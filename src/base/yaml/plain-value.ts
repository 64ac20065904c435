import { type Document, isScalar, visit } from 'yaml';
import { messageOf } from '../errors.ts';
import type { Plain } from './plain.ts';

/** Deeper than any configuration is; a value that refers to itself has no end. */
const DEEPEST = 64;

/**
 * What a YAML document holds, as a JSON-like value.
 * @throws Error saying what it holds that a configuration cannot: wrong YAML, an alias of nothing or of itself, aliases that unfold
 * without bound, a key given twice or that is no text, a tag, NUL or half a character in a text.
 */
export function plainValue(document: Document.Parsed): Plain {
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) throw new Error(fault.message.replaceAll('\n', ' '));
  checkKeys(document);
  const value: unknown = toValue(document);
  const found = faultOf(value, []);
  if (found !== undefined) throw new Error(found);
  return value as Plain;
}

/** Aliases are followed, at most a hundred times each. */
function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS() ?? null;
  } catch (error) {
    throw new Error(`an alias cannot be followed (${messageOf(error)})`, { cause: error });
  }
}

/** As keys of an object, `1` and `"1"` are one. */
function checkKeys(document: Document.Parsed): void {
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) throw new Error('a key is no text');
        const name = String(key.value);
        if (seen.has(name)) throw new Error(`key '${name}' is there twice`);
        if (name === '__proto__') throw new Error(`there is a key '__proto__'`);
        seen.add(name);
      }
    },
  });
}

function faultOf(value: unknown, path: readonly string[]): string | undefined {
  const where = path.length === 0 ? 'it' : `'${path.slice(0, 6).join('.')}${path.length > 6 ? '.…' : ''}'`;
  if (path.length > DEEPEST) return `${where} is nested deeper than ${DEEPEST} levels, or refers to itself`;
  if (typeof value === 'string') return faultOfText(value, where);
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    return `${where} is of a type that configurations do not have`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultOfText(key, `a key of ${where}`) ?? faultOf(inner, [...path, key]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** No path, name or word of a command can hold these. */
function faultOfText(text: string, where: string): string | undefined {
  if (text.includes('\0')) return `${where} holds a NUL character`;
  return /\p{Surrogate}/u.test(text) ? `${where} holds half of a surrogate pair` : undefined;
}
