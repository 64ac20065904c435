import { z } from 'zod';
import { averageRanks } from '../math/average-ranks.ts';
import { rankCorrelation } from '../math/rank-correlation.ts';
import { DistanceBins, distanceBins } from './distance-bins.ts';
import { Representation, representation } from './representation.ts';

/** A batch against the pool it was picked from. */
export const BatchDiagnostic = z.strictObject({
  pool: z.int().min(1),
  picks: z.int().min(1),
  /** Spearman's correlation of uncertainty with distance over the pool; null where one is constant or U was not asked for. */
  distance: z.number().min(-1).max(1).nullable(),
  /** By quantity: `uncertainty` where it was asked for, `distance`, `promptShare`, lengths where texts are at hand, columns. */
  quantities: z.record(z.string(), Representation),
  /** Effective share of the pool by uncertainty, by distance where no uncertainty was asked for. */
  effectiveShare: z.number().min(0).max(1).nullable(),
  /** Uncertainty against distance; null where no uncertainty was asked for. */
  bins: z.strictObject({ pool: DistanceBins, picks: DistanceBins }).nullable(),
});
export type BatchDiagnostic = z.infer<typeof BatchDiagnostic>;

/** A pool and its batch; every list is aligned with the pool. */
export interface PickedBatch {
  /** Positions of the picks in the pool. */
  readonly picks: Int32Array;
  readonly distances: Float64Array;
  readonly uncertainty: Float64Array | null;
  /** Further quantities by name. */
  readonly others: ReadonlyMap<string, Float64Array>;
}

/** What a batch over-represents, and how uncertainty goes with distance where it was picked. */
export function batchDiagnostic({ picks, distances, uncertainty, others }: PickedBatch): BatchDiagnostic {
  const known = uncertainty === null ? [] : [['uncertainty', uncertainty] as const];
  const quantities = Object.fromEntries(
    [...known, ['distance', distances] as const, ...others].map(([name, values]) => [
      name,
      representation(values, picks),
    ]),
  );
  return {
    pool: distances.length,
    picks: picks.length,
    distance: uncertainty === null ? null : rankCorrelation(averageRanks(uncertainty), averageRanks(distances)),
    quantities,
    effectiveShare: (quantities['uncertainty'] ?? quantities['distance'])!.effectiveShare,
    bins:
      uncertainty === null
        ? null
        : {
            pool: distanceBins(thinned(distances), thinned(uncertainty), { most: 20, least: 5 }),
            picks: distanceBins(valuesAt(distances, picks), valuesAt(uncertainty, picks), { most: 8, least: 4 }),
          },
  };
}

/** What the picture of a pool is drawn of, at most: every k-th item. */
const MOST_DRAWN = 5000;

function thinned(values: Float64Array): Float64Array {
  const every = Math.ceil(values.length / MOST_DRAWN);
  return every === 1 ? values : values.filter((_value, position) => position % every === 0);
}

const valuesAt = (values: Float64Array, positions: Int32Array): Float64Array =>
  Float64Array.from(positions, (position) => values[position]!);
