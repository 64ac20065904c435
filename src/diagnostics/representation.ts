import { z } from 'zod';
import { moments } from '../math/moments.ts';
import { quantile } from '../math/quantile.ts';
import { shareOfPool } from './share-of-pool.ts';
import { strataOf } from './strata-of.ts';

const Values = z.strictObject({ mean: z.number(), p5: z.number(), p50: z.number(), p95: z.number() });

/** How one quantity of pairs (distance, length, a column) stands in a batch against the pool it was picked from. */
export const Representation = z.strictObject({
  pool: Values,
  picks: Values,
  /** Mean of the picks less that of the pool, in standard deviations of the pool; null where the pool is constant. */
  shift: z.number().nullable(),
  /** Share of the picks over share of the pool in each tenth of the pool, ascending; null where ties leave a tenth empty. */
  ratios: z.array(z.number().min(0).nullable()),
  /** See shareOfPool(); null for a single pick. */
  effectiveShare: z.number().min(0).max(1).nullable(),
});
export type Representation = z.infer<typeof Representation>;

const TENTHS = 10;

/** Compares the picks (B ≥ 1 positions) with the pool (N values, finite). */
export function representation(values: Float64Array, picks: Int32Array): Representation {
  const ascending = values.slice().sort();
  const picked = Float64Array.from(picks, (position) => values[position]!).sort();
  const pool = moments(values);
  const difference = moments(picked).mean - pool.mean;
  const strata = strataOf(ascending, picked, TENTHS);
  return {
    pool: valuesOf(ascending),
    picks: valuesOf(picked),
    shift: ascending[0] === ascending.at(-1) ? null : difference / pool.deviation,
    ratios: strata.map(({ pool: all, picks: some }) =>
      all === 0 ? null : some / picked.length / (all / ascending.length),
    ),
    effectiveShare: shareOfPool(ascending, picked),
  };
}

const valuesOf = (ascending: Float64Array): z.infer<typeof Values> => ({
  mean: moments(ascending).mean,
  p5: quantile(ascending, 0.05),
  p50: quantile(ascending, 0.5),
  p95: quantile(ascending, 0.95),
});
