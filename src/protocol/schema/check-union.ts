import { type Definitions, resolveReference, type Schema } from './json-schema.ts';

/** What a value is in JSON; 'any' is everything. */
type Kind = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'any';

/** The JSON kinds of what a schema takes; whole numbers are numbers. */
export function kindsOf(schema: Schema, definitions: Definitions): readonly Kind[] {
  const found = resolveReference(schema, definitions);
  const members = found.anyOf ?? found.oneOf;
  if (members !== undefined) return members.flatMap((member) => kindsOf(member, definitions));
  const types = [found.type ?? 'any'].flat();
  return types.map((type) => (type === 'integer' ? 'number' : (type as Kind)));
}

/** Why Python cannot tell the members of a union apart, or undefined: they differ in kind, or objects by a text of their own. */
export function unionProblem(schema: Schema, definitions: Definitions): string | undefined {
  if (schema.oneOf !== undefined) {
    if (tagOf(schema.oneOf, definitions) !== undefined) return undefined;
    return 'its members are not told apart by one field with a fixed text, a literal in each is needed';
  }
  const kinds = (schema.anyOf ?? []).map((member) => new Set(kindsOf(member, definitions)));
  const all = kinds.flatMap((kind) => [...kind]);
  const twice = all.find((kind, index) => all.indexOf(kind) !== index || (kind === 'any' && all.length > 1));
  return twice === undefined
    ? undefined
    : `two members of a union are ${twice === 'any' ? 'anything' : `of kind ${twice}`}, one of a kind (or a discriminatedUnion) is needed`;
}

/** The field whose fixed text differs from member to member. */
function tagOf(members: readonly Schema[], definitions: Definitions): string | undefined {
  const fields = members.map((member) => resolveReference(member, definitions).properties ?? {});
  return Object.keys(fields[0] ?? {}).find((name) => {
    const texts = fields.map((field) => field[name]?.const);
    return texts.every((text) => typeof text === 'string') && new Set(texts).size === texts.length;
  });
}
