/** How many items every prompt has, in the pool and acquired (U each). */
export interface Copies {
  readonly remaining: Int32Array;
  readonly acquired: Int32Array;
}

/** Counts the pool's and the acquired items of each of `prompts` prompts. */
export function countCopies(
  promptOf: Int32Array,
  prompts: number,
  items: { readonly pool: Int32Array; readonly acquired: Int32Array },
): Copies {
  return { remaining: count(items.pool), acquired: count(items.acquired) };

  function count(members: Int32Array): Int32Array {
    const copies = new Int32Array(prompts);
    for (let index = 0; index < members.length; index++) copies[promptOf[members[index]!]!]!++;
    return copies;
  }
}

/** Many short lists in two arrays: list v is `values[offsets[v] … offsets[v + 1])`. */
export interface Lists {
  readonly offsets: Int32Array;
  readonly values: Int32Array;
}

/** Empty lists with room for `sizes[v]` values each. */
export function listsOfSizes(sizes: Int32Array): Lists {
  const offsets = new Int32Array(sizes.length + 1);
  for (let list = 0; list < sizes.length; list++) offsets[list + 1] = offsets[list]! + sizes[list]!;
  return { offsets, values: new Int32Array(offsets[sizes.length]!) };
}

/** For every prompt, the positions of its items in the pool, ascending. `promptAt` is the prompt at each position. */
export function positionsOfPrompts(promptAt: Int32Array, remaining: Int32Array): Lists {
  const lists = listsOfSizes(remaining);
  const next = lists.offsets.slice();
  for (let position = 0; position < promptAt.length; position++) {
    lists.values[next[promptAt[position]!]!++] = position;
  }
  return lists;
}
