import { join } from 'node:path';
import { readDataset } from '../../src/data/dataset.ts';
import { answerLengths } from '../../src/diagnostics/answer-lengths.ts';
import { readSafetensors } from '../../src/features/safetensors.ts';
import { leadingDirections, type Rows } from './leading-directions.ts';

/** Pairs of a pool by id: where φ(a) − φ(b) lies along its first two directions, how long it is, how short the shorter answer. */
export type PoolPlane = ReadonlyMap<string, PlacedPair>;

export interface PlacedPair {
  /** Turned around where that makes it positive: a pair has no direction. */
  readonly first: number;
  readonly second: number;
  readonly distance: number;
  /** Length of the shorter answer in UTF-16 code units; null where the dataset has no texts. */
  readonly shorter: number | null;
}

/** Directions are found on every k-th pair of the pool, so that there are at most this many. */
const MOST_ROWS = 4000;

/** Places the pairs of one split of a dataset by the features of a store. */
export async function poolPlane(dataset: string, store: string, split: string): Promise<PoolPlane> {
  const data = await readDataset(dataset);
  const { ids, a, b } = data.splits.get(split)!;
  const { bytes, shape } = (await readSafetensors(join(store, 'features.safetensors'))).get('responses')!;
  const features = new Float32Array(bytes.slice().buffer);
  const differences = differencesOf(features, shape[1]!, { a, b });
  const lengths = await answerLengths(data, ids);
  const placed = placePairs(differences);
  return new Map(
    ids.map((id, item) => [id, { ...placed[item]!, shorter: lengths === null ? null : lengths.shorter[item]! }]),
  );
}

/** Projects differences (N rows) onto their first two directions. */
export function placePairs(differences: Rows): readonly Omit<PlacedPair, 'shorter'>[] {
  const { values, dimension } = differences;
  const count = values.length / dimension;
  const [first, second] = leadingDirections(thinned(differences, Math.ceil(count / MOST_ROWS)));
  return Array.from({ length: count }, (_value, item) => {
    const row = values.subarray(item * dimension, (item + 1) * dimension);
    const along = (direction: Float64Array) => row.reduce((sum, value, at) => sum + value * direction[at]!, 0);
    const [x, y] = [along(first), along(second)];
    const turned = x < 0 ? -1 : 1;
    return {
      first: turned * x,
      second: turned * y,
      distance: Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0)),
    };
  });
}

function thinned({ values, dimension }: Rows, every: number): Rows {
  return { values: values.filter((_value, index) => Math.floor(index / dimension) % every === 0), dimension };
}

function differencesOf(
  features: Float32Array,
  dimension: number,
  { a, b }: { readonly a: Int32Array; readonly b: Int32Array },
): Rows {
  const values = new Float64Array(a.length * dimension);
  for (let item = 0; item < a.length; item++) {
    const [one, other, at] = [a[item]! * dimension, b[item]! * dimension, item * dimension];
    for (let axis = 0; axis < dimension; axis++) values[at + axis] = features[one + axis]! - features[other + axis]!;
  }
  return { values, dimension };
}
