import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import type { SplitItems } from './dataset.ts';
import { readItemLines } from './read-item-lines.ts';

/** The group of each item, by id, and the file it stands in. */
export interface ItemGroups {
  readonly file: string;
  readonly groupOf: ReadonlyMap<string, string>;
}

/**
 * Groups of one split's items, from a JSON Lines file of `{"id", "group": text or whole number}`; 1 and "1" are one group.
 * @throws BalpmError (data) naming file and line for a group of another type, another field, and an id given twice;
 * naming the count and the first for ids that are not in the split.
 */
export async function readGroups(path: string, split: SplitItems): Promise<ItemGroups> {
  const known = new Set(split.ids);
  const groupOf = new Map<string, string>();
  const unknown: string[] = [];
  for await (const { id, fields, where } of readItemLines(path, split.name)) {
    groupOf.set(id, groupIn(fields, where));
    if (!known.has(id)) unknown.push(id);
  }
  if (unknown.length > 0) {
    throw dataError(
      `Cannot use groups ${quotePath(path)}: ${unknown.length} ids are not in split '${split.name}' ('${unknown[0]}' is the first), ids of its items are needed`,
    );
  }
  return { file: path, groupOf };
}

function groupIn({ group, ...others }: Readonly<Record<string, unknown>>, where: string): string {
  const other = Object.keys(others)[0];
  if (other !== undefined)
    throw dataError(`Cannot read ${where}: it has a field '${other}', id and group alone are needed`);
  if (typeof group === 'string' || Number.isSafeInteger(group)) return String(group);
  const found = group === undefined ? 'missing' : JSON.stringify(group).slice(0, 40);
  throw dataError(`Cannot read ${where}: field 'group' is ${found}, text or a whole number is needed`);
}
