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
