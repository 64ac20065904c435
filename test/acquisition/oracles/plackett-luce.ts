/**
 * The exact probability of every ordered batch drawn one by one without replacement with probability ∝ weight, by
 * enumeration; when only weights of 0 are left the draw is uniform. Keys are positions joined by commas.
 */
export function plackettLuce(weights: readonly number[], batch: number): Map<string, number> {
  const probabilities = new Map<string, number>();
  extend([], 1);
  return probabilities;

  function extend(drawn: readonly number[], probability: number): void {
    if (drawn.length === batch) {
      probabilities.set(drawn.join(), probability);
      return;
    }
    const left = [...weights.keys()].filter((position) => !drawn.includes(position));
    const total = left.reduce((sum, position) => sum + weights[position]!, 0);
    for (const position of left) {
      const share = total === 0 ? 1 / left.length : weights[position]! / total;
      extend([...drawn, position], probability * share);
    }
  }
}
