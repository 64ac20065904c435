import { type BalpmError, dataError } from '../base/errors.ts';

/** The groups of all items (N) by number, in order of first appearance. @throws BalpmError (data) naming the item. */
export function numberGroups(groups: ArrayLike<string | number>, size: number): Int32Array {
  if (groups.length !== size)
    throw refusal(`there are ${groups.length}`, `one for each of ${size} items, also the acquired, is needed`);
  const numbers = new Map<string | number, number>();
  return Int32Array.from({ length: size }, (_, item) => {
    const group: unknown = groups[item];
    // Beyond 2^53 two whole numbers may have been read as one.
    if (typeof group !== 'string' && !Number.isSafeInteger(group))
      throw refusal(`item ${item} has ${JSON.stringify(group)}`, 'a text or a whole number below 2^53 is needed');
    const key = group as string | number;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

const refusal = (found: string, needed: string): BalpmError => dataError(`Cannot use the groups: ${found}; ${needed}`);
