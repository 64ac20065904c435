import { z } from 'zod';

/** A JSON Schema as zod writes it, the parts that are read. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly $ref?: string;
}

/** What values a schema takes, in a few words: `integer 1 … 256`, `"a" or "b"`, `list of text`. */
export const typeOf = (schema: z.ZodType): string =>
  describe(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Shape);

const NAMES: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false' };

function describe(shape: Shape): string {
  const members = shape.anyOf ?? shape.oneOf;
  if (members !== undefined) return [...new Set(members.map(describe))].join(' or ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (shape.type === 'array') return `list of ${describe(shape.items ?? {})}`;
  return `${[shape.type ?? 'any']
    .flat()
    .map((name) => NAMES[name] ?? name)
    .join(' or ')}${rangeOf(shape)}`;
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Shape): string {
  const least = known(minimum);
  const most = known(maximum);
  if (exclusiveMinimum !== undefined)
    return ` above ${exclusiveMinimum}${most === undefined ? '' : `, at most ${most}`}`;
  if (least !== undefined && most !== undefined) return ` ${least} … ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? '' : ` of at most ${most}`;
}

/** A limit that the schema gives; those of safe integers are none. */
const known = (limit: number | undefined): number | undefined =>
  limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;

/** Whether a field of an object may be left out. */
export const isOptional = (field: z.ZodType): boolean => field._zod.optin === 'optional';
