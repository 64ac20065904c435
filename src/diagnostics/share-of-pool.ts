import { strataOf } from './strata-of.ts';

const STRATA = 20;

/**
 * Effective share of the pool that a batch speaks for: Kish's (Σw)² / (n·Σw²) = 1 / E[w²], w the density of the picks over
 * that of the pool. E[w²] = Σ q²/p over twentieths of the pool by value (shares p of the pool, q of the picks), q² estimated
 * without bias by n(n − 1) / (B(B − 1)). Random picks: about 1; the best of m: about (2m − 1)/m². Both lists ascending; null
 * below two picks.
 */
export function shareOfPool(pool: Float64Array, picks: Float64Array): number | null {
  if (picks.length < 2) return null;
  const moment = strataOf(pool, picks, STRATA).reduce(
    (sum, { pool: all, picks: some }) => (all === 0 ? sum : sum + (some * (some - 1)) / (all / pool.length)),
    0,
  );
  return Math.min(1, (picks.length * (picks.length - 1)) / moment);
}
