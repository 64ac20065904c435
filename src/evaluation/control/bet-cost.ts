/** Values of one step of a sequence, drawn uniformly without replacement from a finite set, and what was known before. */
export interface SequenceStep {
  readonly values: readonly number[];
  /** A guess of the values. */
  readonly centre: number;
  /** No value of the set is farther than this from the guess. */
  readonly range: number;
}

/** What a bet at a rate λ with 0 ≤ λr < 1 costs: Σ ψ(λr)·(X − c)²/r², ψ(x) = −ln(1 − x) − x; a step of range 0 costs nothing. */
export const betCost = (rate: number, steps: readonly SequenceStep[]): number =>
  steps.reduce((sum, { values, centre, range }) => {
    if (range === 0) return sum;
    const squares = values.reduce((inner, value) => inner + (value - centre) ** 2, 0);
    return sum + ((-Math.log1p(-rate * range) - rate * range) / range ** 2) * squares;
  }, 0);
