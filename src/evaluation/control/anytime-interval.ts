import { betCost, type SequenceStep } from './bet-cost.ts';

/** Bounds of a mean; null: nothing can be said (yet). */
export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

/** Rates the bets are spread over, per nat: 0.3 is what any clipped likelihood allows, less suits many values, more small ones. */
const RATES = [0.075, 0.15, 0.3, 0.6, 1.2, 4.8, 19.2];
/** A rate counts while rate · range stays below this. */
const CLOSEST = 0.95;

/**
 * A confidence sequence for the running mean of conditional means, (1/n) Σ E[X_i | past]: with probability 1 − alpha it holds
 * after every step at once, whatever the sets and the steps depend on, for any n.
 *
 * For |X − c| ≤ r and 0 ≤ λr < 1, exp(λ(X − μ) − ψ(λr)(X − c)²/r²) with ψ(x) = −ln(1 − x) − x has mean at most 1 (Fan, Grama
 * and Liu 2015, (4.12); Howard et al. 2021, "Time-uniform, nonparametric, nonasymptotic confidence sequences", the
 * empirical-Bernstein case), for draws without replacement too (Hoeffding 1963, theorem 4, for the convex exp). Products over
 * steps mixed over λ are a supermartingale that starts at 1, hence exceeds 2/alpha with probability at most alpha/2 (Ville);
 * so does the same for −X.
 */
export function anytimeInterval(steps: readonly SequenceStep[], alpha: number): Bounds {
  const count = steps.reduce((sum, { values }) => sum + values.length, 0);
  const range = steps.reduce((most, step) => Math.max(most, step.range), 0);
  const rates = RATES.filter((rate) => rate * range < CLOSEST);
  if (count === 0 || rates.length === 0) return { low: null, high: null };
  const total = steps.reduce((sum, { values }) => values.reduce((inner, value) => inner + value, sum), 0);
  const half = largestDeviation(
    rates.map((rate) => ({ rate, cost: betCost(rate, steps) })),
    Math.log((2 * RATES.length) / alpha),
  );
  return { low: (total - half) / count, high: (total + half) / count };
}

interface Bet {
  readonly rate: number;
  readonly cost: number;
}

/** The deviation s of the sum at which ln Σ exp(λs − cost) reaches the threshold, by bisection. */
function largestDeviation(bets: readonly Bet[], threshold: number): number {
  let [low, high] = [0, Math.min(...bets.map(({ rate, cost }) => (threshold + cost) / rate))];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (logSumExp(bets.map(({ rate, cost }) => rate * middle - cost)) < threshold) low = middle;
    else high = middle;
  }
  return high;
}

function logSumExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
