import { sha256 } from '../base/text/canonical-json.ts';

/** Rows told apart by their values: `rows` is where each distinct one first stands, `promptOf` its number for every row. */
export interface DistinctRows {
  readonly rows: Int32Array;
  readonly promptOf: Int32Array;
}

/** Numbers the distinct rows of `features` (row-major, rows × dimension) in order of first appearance. */
export function distinctRows(features: Float32Array, dimension: number): DistinctRows {
  const size = features.length / dimension;
  const numbers = new Map<string, number>();
  const rows: number[] = [];
  const promptOf = Int32Array.from({ length: size }, (_, row) => {
    const key = keyOf(features.subarray(row * dimension, (row + 1) * dimension));
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, rows.length);
    return rows.push(row) - 1;
  });
  return { rows: Int32Array.from(rows), promptOf };
}

// Adding 0 turns −0 into 0: two rows at distance 0 are one prompt. Hashes, because 92,000 long rows as keys fill the heap.
function keyOf(row: Float32Array): string {
  const values = row.map((value) => value + 0);
  return sha256(new Uint8Array(values.buffer));
}
