import { z } from 'zod';
import { unwrap } from './unwrap.ts';

/** One key of a configuration as `config keys` lists it. */
export interface ListedKey {
  readonly key: string;
  readonly default: string;
  readonly meaning: string;
}

/** Every leaf key of a schema, depth first, and blocks that are null unless they are given; the members of a discriminated union follow each other. */
export function listKeys(schema: z.ZodType, prefix = ''): ListedKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    const keys = Object.entries(inner.shape).flatMap(([name, value]) =>
      listKeys(value as z.ZodType, prefix ? `${prefix}.${name}` : name),
    );
    return schema.safeParse(undefined).data === null ? [keyOf(schema, inner, prefix), ...keys] : keys;
  }
  if (inner instanceof z.ZodDiscriminatedUnion) return listUnion(inner, prefix);
  return [keyOf(schema, inner, prefix)];
}

const keyOf = (schema: z.ZodType, inner: z.ZodType, key: string): ListedKey => ({
  key,
  default: defaultText(schema),
  meaning: [schema.description ?? inner.description ?? '', choices(inner)].filter(Boolean).join(' '),
});

/** Keys that several members share stand once, with every default and meaning they have. */
function listUnion(union: z.ZodDiscriminatedUnion, prefix: string): ListedKey[] {
  const seen = new Map<string, ListedKey>();
  for (const key of union.options.flatMap((option) => listKeys(option as z.ZodType, prefix))) {
    const known = seen.get(key.key);
    seen.set(key.key, known === undefined ? key : mergeKeys(known, key));
  }
  return [...seen.values()];
}

const mergeKeys = (one: ListedKey, other: ListedKey): ListedKey => ({
  key: one.key,
  default: one.default === other.default ? one.default : `${one.default} or ${other.default}`,
  meaning: one.meaning === other.meaning ? one.meaning : `${one.meaning} ${other.meaning}`,
});

function defaultText(schema: z.ZodType): string {
  const parsed = schema.safeParse(undefined);
  return parsed.success ? JSON.stringify(parsed.data) : '(required)';
}

function choices(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return `[${schema.options.join(' | ')}]`;
  if (schema instanceof z.ZodLiteral) return `[${[...schema.values].join(' | ')}]`;
  return '';
}
