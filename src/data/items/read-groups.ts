import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { SplitItems } from '../dataset.ts';
import { describeField } from './describe-field.ts';
import { readItemLines } from './read-item-lines.ts';
import { wholeNumberId } from './whole-number-id.ts';

/** The group of each item, by id, and the file of the groups. */
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
  for await (const { id, fields, spelling, where } of readItemLines(path, split.name)) {
    groupOf.set(id, groupIn(fields, spelling, where));
    if (!known.has(id)) unknown.push(id);
  }
  if (unknown.length > 0) {
    throw dataError(
      `Cannot use groups ${quotePath(path)}: ${unknown.length} ids are not in split '${split.name}' ('${unknown[0]}' is the first); use ids of its items`,
    );
  }
  return { file: path, groupOf };
}

function groupIn(
  { group, ...others }: Readonly<Record<string, unknown>>,
  spelling: (field: string) => string | null,
  where: string,
): string {
  const other = Object.keys(others)[0];
  if (other !== undefined)
    throw dataError(`Cannot read ${where}: it has a field '${other}'; only id and group are allowed`);
  if (typeof group === 'string' || Number.isSafeInteger(group)) return String(group);
  // Beyond 2^53 two numbers may be read as one; their digits distinguish them.
  const written = typeof group === 'number' ? spelling('group') : null;
  const whole = wholeNumberId(written);
  if (whole !== null) return whole;
  throw dataError(
    `Cannot read ${where}: field 'group' ${describeField(group, written)}; expected text or a whole number`,
  );
}
