/** A JSON-like value as YAML gives it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
/** A JSON-like object. */
export type PlainObject = { readonly [key: string]: Plain };

/** Whether a value is a mapping. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it stands in messages: its JSON, shortened, with its type. */
export function describePlain(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const type = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return `${text.length > 60 ? `${text.slice(0, 57)}…` : text} (${type})`;
}
