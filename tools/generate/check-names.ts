import type { Schema } from '../../src/protocol/schema/json-schema.ts';

/** Refuses an object inside a definition that has no name of its own: it would have no struct. @throws Error naming the field. */
export function checkNames(name: string, schema: Schema): void {
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([field, part]): [string, Schema] => [`'${field}'`, part]),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((part): [string, Schema] => ['a member', part]),
    ...(schema.items === undefined ? [] : [['an item', schema.items] as [string, Schema]]),
    ...(schema.additionalProperties ? [['a value', schema.additionalProperties] as [string, Schema]] : []),
  ];
  for (const [what, part] of inner) {
    if (part.properties !== undefined)
      throw new Error(`Cannot put '${name}' on the wire: ${what} is an unnamed object, an id is needed`);
    checkNames(name, part);
  }
}
