import type { AcquiredDistanceSettings } from '../../../src/acquisition/policies/batch-entropy-kl/select-by-acquired-distance.ts';
import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import type { RandomWorld } from './random-world.ts';

/**
 * The ablation straight from its formula: at every pick every item's distance to everything acquired, from the
 * features, sorted anew. Shares no code with the selection.
 */
export function pickSlowlyByDistance(
  context: PolicyContext,
  { features }: RandomWorld,
  { k, beta, betaScale, duplicates, precision }: AcquiredDistanceSettings,
): { item: number; score: number }[] {
  const uncertainty = Array.from(context.measures.epistemic!, precision === 'float32' ? Math.fround : (value) => value);
  const [mean, deviation] = meanAndDeviation(uncertainty);
  const weight = betaScale === 'spread' && deviation > 1e-12 * mean ? beta * deviation : beta;
  const acquired = Array.from(context.acquired, promptOf);
  const left = Array.from(context.pool, (item, position) => ({ item, u: uncertainty[position]! }));
  const picks: { item: number; score: number }[] = [];
  while (picks.length < context.batch && left.length > 0) {
    const scores = left.map(({ item, u }) => u + weight * entropyOf(promptOf(item)));
    const winner = scores.indexOf(scores.reduce((most, score) => Math.max(most, score)));
    picks.push({ item: left[winner]!.item, score: scores[winner]! });
    acquired.push(promptOf(left.splice(winner, 1)[0]!.item));
  }
  return picks;

  function promptOf(item: number): number {
    return context.promptOf[item]!;
  }

  function entropyOf(prompt: number): number {
    const counted = duplicates === 'distinct' ? [...new Set(acquired)] : acquired;
    if (counted.length === 0) return 0;
    const distances = counted.map((other) => distance(prompt, other)).sort((a, b) => a - b);
    return Math.log(2 * distances[Math.min(k, distances.length) - 1]! + 1e-4);
  }

  function distance(one: number, other: number): number {
    const row = (prompt: number): Float32Array =>
      features.values.slice(prompt * features.dimension, (prompt + 1) * features.dimension);
    return Math.sqrt(row(one).reduce((sum, value, axis) => sum + (value - row(other)[axis]!) ** 2, 0));
  }
}

function meanAndDeviation(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}
