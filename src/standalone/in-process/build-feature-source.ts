import type { FeatureSource } from '../../acquisition/policy.ts';
import { kMeans } from './k-means.ts';
import { greedyLogDet } from './log-det.ts';
import { spread } from './spread.ts';
import { type Vectors, vectorsOf } from './vectors.ts';

/** Features of items: float32, row-major, one row an item. */
export interface ItemFeatures {
  readonly values: Float32Array;
  readonly dimension: number;
}

/** A feature source over a small pool, computed here in float64; the worker serves larger ones by the same rules. */
export function buildFeatureSource({ values, dimension }: ItemFeatures): FeatureSource {
  const rowsOf = (items: Int32Array): Float32Array => {
    const rows = new Float32Array(items.length * dimension);
    items.forEach((item, position) => {
      rows.set(values.subarray(item * dimension, (item + 1) * dimension), position * dimension);
    });
    return rows;
  };
  const vectors = (items: Int32Array, scale: Float64Array | null = null): Vectors =>
    vectorsOf(rowsOf(items), dimension, scale);
  return {
    dimension,
    rows: async (items) => rowsOf(items),
    spread: async ({ candidates, centres, scale, picks, draws }) =>
      spread({ candidates: vectors(candidates, scale), centres: vectors(centres), picks, draws }),
    logDet: async ({ candidates, weights, known, knownWeights, ridge, picks }) =>
      greedyLogDet({
        candidates: vectors(candidates, weights.map(Math.sqrt)),
        known: vectors(known, knownWeights.map(Math.sqrt)),
        ridge,
        picks,
      }),
    clusters: async ({ items, ...clustering }) => kMeans({ vectors: vectors(items), ...clustering }),
  };
}
