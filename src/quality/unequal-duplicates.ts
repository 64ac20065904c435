import { groupRows } from './group-rows.ts';
import { readRows, type StoredMatrix } from './matrix.ts';
import { distance } from './survey-matrix.ts';

/** Two rows of one text with other features each; `difference` is ‖x − y‖ / max(‖x‖, ‖y‖). */
interface UnequalPair {
  readonly rows: readonly [number, number];
  readonly difference: number;
}

/** Texts that stand in several rows of a matrix. */
export interface DuplicateTexts {
  /** Rows whose text an earlier row has. */
  readonly copies: number;
  /** Copies whose features are not to the last bit those of the text's first row. */
  readonly unequal: number;
  readonly largest: number;
  /** The first of them. */
  readonly first: readonly UnequalPair[];
}

const LISTED = 5;

/** Compares every copy of a text with the text's first row; rows are read two at a time, and only where they differ. */
export async function findUnequalDuplicates(
  matrix: StoredMatrix,
  texts: readonly string[],
  fingerprints: readonly string[],
): Promise<DuplicateTexts> {
  const copies = groupRows(texts).flatMap(([first, ...others]) => others.map((row) => [first as number, row] as const));
  const differing = copies.filter(([first, row]) => fingerprints[first] !== fingerprints[row]);
  let largest = 0;
  const listed: UnequalPair[] = [];
  for (const rows of differing) {
    const difference = relativeDifference(await readRows(matrix, rows), matrix.columns);
    largest = Math.max(largest, difference);
    if (listed.length < LISTED) listed.push({ rows, difference });
  }
  return { copies: copies.length, unequal: differing.length, largest, first: listed };
}

function relativeDifference(values: Float32Array, columns: number): number {
  const [left, right] = [values.subarray(0, columns), values.subarray(columns)];
  const origin = new Float32Array(columns);
  return distance(left, right) / Math.max(distance(left, origin), distance(right, origin), Number.MIN_VALUE);
}
