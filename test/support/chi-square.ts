/**
 * The probability of a χ² statistic at least that of `observed` counts when outcome i has probability `expected[i]`;
 * 0 when something was observed that cannot happen.
 */
export function chiSquareP(observed: readonly number[], expected: readonly number[]): number {
  const draws = observed.reduce((sum, count) => sum + count, 0);
  if (observed.some((count, index) => count > 0 && expected[index] === 0)) return 0;
  const possible = observed
    .map((count, index) => ({ count, mean: draws * expected[index]! }))
    .filter((o) => o.mean > 0);
  const statistic = possible.reduce((sum, { count, mean }) => sum + (count - mean) ** 2 / mean, 0);
  return upperGamma((possible.length - 1) / 2, statistic / 2);
}

/** The regularised upper incomplete gamma function Q(a, x) at a multiple of ½, by recurrence from Q(½, x) or Q(1, x). */
function upperGamma(a: number, x: number): number {
  let order = a % 1 === 0 ? 1 : 0.5;
  let term = a % 1 === 0 ? Math.exp(-x) * x : (Math.exp(-x) * Math.sqrt(x) * 2) / Math.sqrt(Math.PI);
  let sum = a % 1 === 0 ? Math.exp(-x) : complementaryError(Math.sqrt(x));
  while (order < a) {
    sum += term;
    order += 1;
    term *= x / order;
  }
  return sum;
}

/** erfc(z) for z ≥ 0, from a series of erf whose terms are all positive; absolute error near 1e-15. */
function complementaryError(z: number): number {
  const scale = (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z);
  if (scale === 0) return 0;
  let term = z;
  let sum = 0;
  for (let n = 0; sum + term !== sum; n++) {
    sum += term;
    term *= (2 * z * z) / (2 * n + 3);
  }
  return 1 - scale * sum;
}
