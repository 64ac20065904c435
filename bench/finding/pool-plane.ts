import { join } from 'node:path';
import { readDataset } from '../../src/data/dataset.ts';
import { readSafetensors, valuesOf } from '../../src/features/store/safetensors.ts';
import { leadingDirections, type Rows } from './leading-directions.ts';

/** Where φ(a) − φ(b) of a pair lies along the pool's first two directions; turned around where that makes the first positive. */
export type PlacedPair = readonly [first: number, second: number];

/** Directions are found on every k-th pair of the pool, so that there are at most this many. */
const MOST_ROWS = 4000;

/**
 * Places the pairs of one split of a dataset by the features of a store, by id.
 * @throws BalpmError (data) where the store's features are no float32.
 */
export async function poolPlane(
  dataset: string,
  store: string,
  split: string,
): Promise<ReadonlyMap<string, PlacedPair>> {
  const { ids, a, b } = (await readDataset(dataset)).splits.get(split)!;
  const file = join(store, 'features.safetensors');
  const { values, shape } = valuesOf(await readSafetensors(file), 'responses', 'float32', file);
  const placed = placePairs(differencesOf(values, shape[1]!, { a, b }));
  return new Map(ids.map((id, item) => [id, placed[item]!]));
}

/** Projects differences (N rows) onto the first two directions in which they vary. */
export function placePairs(differences: Rows): readonly PlacedPair[] {
  const { values, dimension } = differences;
  const count = values.length / dimension;
  const [first, second] = leadingDirections(thinned(differences, Math.ceil(count / MOST_ROWS)));
  return Array.from({ length: count }, (_value, item) => {
    const row = values.subarray(item * dimension, (item + 1) * dimension);
    const [x, y] = [first, second].map((direction) =>
      row.reduce((sum, value, axis) => sum + value * direction[axis]!, 0),
    ) as [number, number];
    return x < 0 ? [-x, -y] : [x, y];
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
