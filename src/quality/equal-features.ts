import type { SplitItems } from '../data/dataset.ts';
import { groupRows } from './group-rows.ts';

/** Different texts of a matrix that have the same features to the last bit. */
export interface EqualFeatures {
  /** Rows that share their features with a row of another text. */
  readonly rows: number;
  readonly groups: number;
  /** The first groups, the first rows of each, one a text. */
  readonly first: readonly (readonly number[])[];
}

/** Pairs of a split whose two answers are different texts with the same features: nothing can be learned from them. */
export interface EqualPairs {
  readonly split: string;
  readonly pairs: number;
  readonly of: number;
}

const LISTED_GROUPS = 5;
const LISTED_ROWS = 3;

/** Finds rows that differ in text alone; `texts` and `fingerprints` have a key a row. */
export function findEqualFeatures(texts: readonly string[], fingerprints: readonly string[]): EqualFeatures {
  const groups = groupRows(fingerprints).filter((rows) => onePerText(rows, texts).length > 1);
  return {
    rows: groups.reduce((count, rows) => count + rows.length, 0),
    groups: groups.length,
    first: groups.slice(0, LISTED_GROUPS).map((rows) => onePerText(rows, texts).slice(0, LISTED_ROWS)),
  };
}

const onePerText = (rows: readonly number[], texts: readonly string[]): number[] => {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(texts[row] as string) && seen.add(texts[row] as string));
};

/** Counts them in every split; `texts` and `fingerprints` have a key a response row. */
export const countEqualPairs = (
  splits: Iterable<SplitItems>,
  texts: readonly string[],
  fingerprints: readonly string[],
): EqualPairs[] =>
  [...splits].map(({ name, a, b }) => ({
    split: name,
    pairs: a.filter((left, item) => fingerprints[left] === fingerprints[b[item]!] && texts[left] !== texts[b[item]!])
      .length,
    of: a.length,
  }));
