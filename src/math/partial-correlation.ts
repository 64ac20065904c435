/**
 * Correlation of x and y with z held fixed, (r_xy − r_xz·r_yz) / √((1 − r_xz²)(1 − r_yz²)), from the three correlations;
 * of rank correlations it is the partial rank correlation. Null where one is undefined or z determines x or y.
 */
export function partialCorrelation(xy: number | null, xz: number | null, yz: number | null): number | null {
  if (xy === null || xz === null || yz === null) return null;
  const left = (1 - xz ** 2) * (1 - yz ** 2);
  if (!(left > SINGULAR)) return null;
  return Math.max(-1, Math.min(1, (xy - xz * yz) / Math.sqrt(left)));
}

/** Below this share of unexplained variance nothing but rounding is left of it. */
const SINGULAR = 1e-12;
