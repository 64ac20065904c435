/** Where each row of a store comes from: a row of the prompt parts, or 2 × a row of the pair parts (+ 1: rejected). */
export interface RowSources {
  /** Keeps the first source of a row; says whether a later one has the same features. */
  readonly add: (row: number, source: number, digest: string) => boolean;
  readonly has: (row: number) => boolean;
  /** The sources of `count` rows; −1 for a row without one. */
  readonly sources: (count: number) => Int32Array;
}

/** No sources yet. */
export function createRowSources(): RowSources {
  const found = new Map<number, { readonly source: number; readonly digest: string }>();
  return {
    add: (row, source, digest) => {
      const earlier = found.get(row);
      if (earlier === undefined) found.set(row, { source, digest });
      return earlier === undefined || earlier.digest === digest;
    },
    has: (row) => found.has(row),
    sources: (count) => Int32Array.from({ length: count }, (_, row) => found.get(row)?.source ?? -1),
  };
}
