import { createHash } from 'node:crypto';

/** Numbers distinct texts in order of first appearance; keeps their SHA-256, not the texts. */
export interface UniqueRows {
  /** The row of a text within `owner`, and whether it is new. */
  readonly rowOf: (owner: number, text: string) => { readonly row: number; readonly isNew: boolean };
  readonly size: () => number;
}

/** An empty numbering; `owner` keeps equal texts of different owners (the prompt of a response) apart. */
export function createUniqueRows(): UniqueRows {
  const rows = new Map<string, number>();
  return {
    size: () => rows.size,
    rowOf: (owner, text) => {
      const key = createHash('sha256').update(`${owner}\n`).update(text).digest('binary');
      const known = rows.get(key);
      if (known !== undefined) return { row: known, isNew: false };
      rows.set(key, rows.size);
      return { row: rows.size - 1, isNew: true };
    },
  };
}
