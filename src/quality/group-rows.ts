/** Rows that share a key with another row, group by group in order of their first rows, rows ascending. */
export function groupRows(keys: readonly string[]): number[][] {
  const firstOf = new Map<string, number>();
  const groups = new Map<number, number[]>();
  keys.forEach((key, row) => {
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, row);
    else (groups.get(first) ?? groups.set(first, [first]).get(first))?.push(row);
  });
  return [...groups.entries()].toSorted(([left], [right]) => left - right).map(([, rows]) => rows);
}
