import type { RunState } from '../state.ts';
import type { Pool } from './problem.ts';

/** Items acquired so far, in order of acquisition. */
export const acquiredItems = (state: RunState, pool: Pool): Int32Array =>
  Int32Array.from(state.labelled, ({ id }) => pool.indexOf.get(id) as number);

/** Items not acquired yet, in pool order. */
export function remainingPool(state: RunState, pool: Pool): Int32Array {
  const taken = new Set(acquiredItems(state, pool));
  return Int32Array.from(pool.ids.keys()).filter((item) => !taken.has(item));
}

/** Rows (a, b) of some items, n × 2. */
export function pairsOf(pool: Pool, items: Int32Array): Int32Array {
  const pairs = new Int32Array(items.length * 2);
  items.forEach((item, position) => pairs.set(pool.pairs.subarray(2 * item, 2 * item + 2), 2 * position));
  return pairs;
}

/** Positions in `pool` of some of its items. */
export function positionsOf(pool: Int32Array, picks: readonly { readonly item: number }[]): Int32Array {
  const positions = new Map(Array.from(pool, (item, position) => [item, position]));
  return Int32Array.from(picks, ({ item }) => positions.get(item)!);
}
