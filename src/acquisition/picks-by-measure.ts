import type { MeasureName, Pick, PolicyContext } from './policy.ts';

/** Picks of some positions of the pool, in order, whose score is a measure as it stands. */
export const picksByMeasure = (
  { pool }: PolicyContext,
  { measure, values, positions }: { measure: MeasureName; values: Float64Array; positions: ArrayLike<number> },
): readonly Pick[] =>
  Array.from(positions, (position) => ({
    item: pool[position]!,
    score: values[position]!,
    terms: { [measure]: values[position]! },
  }));
