/** What a greedy choice is made of: items in pool order, and the score of an item after some picks. */
export interface GreedyChoice {
  readonly items: readonly number[];
  readonly picks: number;
  readonly scoreOf: (item: number, picked: readonly number[]) => number;
  /** Scores this near to the best are equal (absolute, and as a share of the best). */
  readonly tolerance?: number;
}

/** Greedy picks, every score of every pick computed anew, the first of equals. */
export function pickByBruteForce({ items, picks, scoreOf, tolerance = 1e-10 }: GreedyChoice): number[] {
  const left = [...items];
  const picked: number[] = [];
  while (picked.length < picks && left.length > 0) {
    const scores = left.map((item) => scoreOf(item, picked));
    const best = Math.max(...scores);
    const enough = Number.isFinite(best) ? best - tolerance * Math.max(1, Math.abs(best)) : best;
    picked.push(
      ...left.splice(
        scores.findIndex((score) => score >= enough),
        1,
      ),
    );
  }
  return picked;
}
