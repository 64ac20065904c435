import { quantile } from '../../math/quantile.ts';

/** How the values of one term spread over the picks of a batch; quantiles interpolate linearly. */
export interface Spread {
  readonly max: number;
  readonly min: number;
  readonly p95: number;
  readonly p50: number;
  readonly p5: number;
}

/** A batch as its event records it: scores and terms in the order of the picks, null where a pick has none. */
export interface PickedValues {
  readonly scores: readonly (number | null)[];
  readonly terms: Readonly<Record<string, readonly (number | null)[]>>;
}

/**
 * The spread of every term of the picks, of their `score` and of `uncertaintyShare` = U/score where U (`epistemic`) was
 * recorded and the score is a sum of terms (not a key with `noise`, of which U is no share). Values that are missing or not finite are left out; a term without any is not listed.
 */
export function batchStatistics({ scores, terms }: PickedValues): Readonly<Record<string, Spread>> {
  const summed = terms['noise'] === undefined ? (terms['epistemic'] ?? []) : [];
  const shares = summed.map((uncertainty, pick) => (uncertainty ?? NaN) / (scores[pick] ?? NaN));
  const columns = Object.entries({ ...terms, score: scores, uncertaintyShare: shares });
  return Object.fromEntries(
    columns.flatMap(([name, values]) => {
      const known = values.filter((value) => value !== null).filter(Number.isFinite);
      return known.length === 0 ? [] : [[name, spreadOf(Float64Array.from(known).sort())]];
    }),
  );
}

const spreadOf = (ascending: Float64Array): Spread => ({
  max: quantile(ascending, 1),
  min: quantile(ascending, 0),
  p95: quantile(ascending, 0.95),
  p50: quantile(ascending, 0.5),
  p5: quantile(ascending, 0.05),
});
