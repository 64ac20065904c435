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
