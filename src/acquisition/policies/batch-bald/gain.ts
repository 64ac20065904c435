import { onGrid } from '../../kernels/on-grid.ts';
import type { OutcomeChances } from '../../kernels/outcome-chances.ts';
import type { JointOutcomes } from './joint-outcomes.ts';

/**
 * What one more pair adds to the information of a batch, I(y_i; θ | y) = Σ q_k·h(w_k·p_i) − mean_m h(p_mi), nats: the
 * growth of BatchBALD's joint mutual information.
 */
export function gainOf(chances: OutcomeChances, pair: number, outcomes: JointOutcomes): number {
  const { samples, probabilities, weights } = outcomes;
  const { one, other } = chances;
  const start = pair * samples;
  let entropy = 0;
  for (let outcome = 0; outcome < probabilities.length; outcome++) {
    const prior = outcome * samples;
    let first = 0;
    for (let sample = 0; sample < samples; sample++) first += weights[prior + sample]! * one[start + sample]!;
    entropy += probabilities[outcome]! * entropyOf(first, 1 - first);
  }
  for (let sample = 0; sample < samples; sample++) {
    entropy -= entropyOf(one[start + sample]!, other[start + sample]!) / samples;
  }
  return Math.max(0, onGrid(entropy));
}

/** Entropy of two chances that add up to 1, nats. */
function entropyOf(first: number, second: number): number {
  const a = first > 0 ? first * Math.log(first) : 0;
  const b = second > 0 ? second * Math.log(second) : 0;
  return -(a + b);
}
