import { type Lists, listsOfSizes } from './lists.ts';

/** For every prompt, the positions of its items in the pool, ascending. `promptAt` is the prompt at each position. */
export function positionsOfPrompts(promptAt: Int32Array, remaining: Int32Array): Lists {
  const lists = listsOfSizes(remaining);
  const next = lists.offsets.slice();
  for (let position = 0; position < promptAt.length; position++) {
    lists.values[next[promptAt[position]!]!++] = position;
  }
  return lists;
}
