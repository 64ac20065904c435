import { type BalpmError, dataError } from '../base/errors.ts';

/** Who can be had, in the order that breaks ties, and who is acquired. */
export interface Items {
  readonly pool: Int32Array;
  readonly acquired: Int32Array;
}

/**
 * Checks lists of item indices; without an order the pool is every item that is not acquired, ascending.
 * @throws BalpmError (data) naming the list, the entry and what is wrong with it.
 */
export function itemsOf(
  given: { readonly acquired?: ArrayLike<number>; readonly order?: ArrayLike<number> },
  size: number,
): Items {
  const acquired = checkIndices('acquired', given.acquired ?? [], size);
  const taken = new Set(acquired);
  if (given.order === undefined) {
    return { acquired, pool: Int32Array.from({ length: size }, (_, item) => item).filter((item) => !taken.has(item)) };
  }
  const pool = checkIndices('order', given.order, size);
  const both = pool.findIndex((item) => taken.has(item));
  if (both !== -1)
    throw refusal(
      'order',
      both,
      `item ${pool[both]}, which is acquired`,
      'only items that can still be had are needed',
    );
  return { acquired, pool };
}

function checkIndices(list: string, given: ArrayLike<unknown>, size: number): Int32Array {
  const seen = new Set<number>();
  return Int32Array.from({ length: given.length }, (_, entry) => {
    const value = given[entry];
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw refusal(list, entry, words(value), `a whole number from 0 to ${size - 1} is needed`);
    if (value < 0 || value >= size)
      throw refusal(list, entry, `${value} and there are ${size} items`, `a number from 0 to ${size - 1} is needed`);
    if (seen.has(value)) throw refusal(list, entry, `item ${value} again`, 'every item once is needed');
    seen.add(value);
    return value;
  });
}

const words = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing').slice(0, 60);

const refusal = (list: string, entry: number, found: string, needed: string): BalpmError =>
  dataError(`Cannot use the list '${list}': entry ${entry} is ${found}, ${needed}`);
