import { isPlainObject, type Plain, type PlainObject } from '../base/yaml/plain.ts';

/** One tree over another: mappings key by key, all else replaced. */
export function mergeTrees(base: PlainObject, over: PlainObject): PlainObject {
  const merged: Record<string, Plain> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isPlainObject(below) && isPlainObject(value) ? mergeTrees(below, value) : value;
  }
  return merged;
}
