import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { sha256 } from '../../base/text/canonical-json.ts';
import type { ItemGroups } from '../../data/items/read-groups.ts';

/**
 * Group number of every item of the pool, counted by first appearance; null where no groups are configured.
 * @throws BalpmError (data) when an item has no group: how many, and the first.
 */
export function alignGroups(groups: ItemGroups | null, ids: readonly string[]): Int32Array | null {
  if (groups === null) return null;
  assertComplete(groups, ids);
  const numbers = new Map<string, number>();
  return Int32Array.from(ids, (id) => {
    const group = groups.groupOf.get(id) as string;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
}

function assertComplete({ file, groupOf }: ItemGroups, ids: readonly string[]): void {
  const missing = ids.filter((id) => !groupOf.has(id));
  if (missing.length === 0) return;
  throw dataError(
    `Cannot use groups ${quotePath(file)}: ${missing.length} of ${ids.length} items of the pool have no group ('${missing[0]}' is the first), one for every item is needed`,
  );
}

/** SHA-256 of who is grouped with whom, whatever the groups are called; null without groups. */
export const hashGroups = (groups: Int32Array | null): string | null =>
  groups === null ? null : sha256(new Uint8Array(groups.buffer as ArrayBuffer));
