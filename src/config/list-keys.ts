import { z } from 'zod';
import { unwrap } from './unwrap.ts';

/** One key of a configuration as `config keys` lists it. */
export interface ListedKey {
  readonly key: string;
  readonly default: string;
  readonly meaning: string;
}

/** Every leaf key of a schema, depth first; the members of a discriminated union follow each other. */
export function listKeys(schema: z.ZodType, prefix = ''): ListedKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, value]) =>
      listKeys(value as z.ZodType, prefix ? `${prefix}.${name}` : name),
    );
  }
  if (inner instanceof z.ZodDiscriminatedUnion) return listUnion(inner, prefix);
  return [
    {
      key: prefix,
      default: defaultText(schema),
      meaning: [schema.description ?? inner.description ?? '', choices(inner)].filter(Boolean).join(' '),
    },
  ];
}

function listUnion(union: z.ZodDiscriminatedUnion, prefix: string): ListedKey[] {
  const seen = new Map<string, ListedKey>();
  for (const option of union.options) {
    for (const key of listKeys(option as z.ZodType, prefix)) {
      const known = seen.get(key.key);
      seen.set(
        key.key,
        known && known.meaning !== key.meaning ? { ...known, meaning: `${known.meaning} ${key.meaning}` } : key,
      );
    }
  }
  return [...seen.values()];
}

function defaultText(schema: z.ZodType): string {
  const parsed = schema.safeParse(undefined);
  return parsed.success ? JSON.stringify(parsed.data) : '(required)';
}

function choices(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return `[${schema.options.join(' | ')}]`;
  if (schema instanceof z.ZodLiteral) return `[${[...schema.values].join(' | ')}]`;
  return '';
}
