/**
 * The joint outcomes k of a batch's labels, as far as they are kept: their probability q_k, and what each would make of
 * the posterior, a weight w_km for every sample m (K × S).
 */
export interface JointOutcomes {
  readonly samples: number;
  readonly probabilities: Float64Array;
  readonly weights: Float64Array;
}

/** Before any label: one outcome, samples weighing alike. */
export const nothingObserved = (samples: number): JointOutcomes => ({
  samples,
  probabilities: Float64Array.of(1),
  weights: new Float64Array(samples).fill(1 / samples),
});

/** The outcomes after one more label, whose chances under each sample are given; those that cannot be are left out. */
export function observe(
  { samples, probabilities, weights }: JointOutcomes,
  one: Float64Array,
  other: Float64Array,
): JointOutcomes {
  const next: number[] = [];
  const nextWeights: number[] = [];
  probabilities.forEach((probability, outcome) => {
    const prior = weights.subarray(outcome * samples, (outcome + 1) * samples);
    for (const chances of [one, other]) {
      const joint = prior.map((weight, sample) => weight * chances[sample]!);
      const chance = joint.reduce((sum, value) => sum + value, 0);
      if (probability * chance === 0) continue;
      next.push(probability * chance);
      for (const value of joint) nextWeights.push(value / chance);
    }
  });
  return { samples, probabilities: Float64Array.from(next), weights: Float64Array.from(nextWeights) };
}

/**
 * `count` outcomes drawn by their probability, alike likely from then on: systematic resampling, so that an outcome
 * stands floor(count · q) or one more times. `draw` is uniform in [0, 1).
 */
export function resample(outcomes: JointOutcomes, count: number, draw: number): JointOutcomes {
  const { samples, probabilities } = outcomes;
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  const weights = new Float64Array(count * samples);
  let [outcome, passed] = [0, probabilities[0]!];
  for (let kept = 0; kept < count; kept++) {
    const mark = ((kept + draw) / count) * total;
    while (passed <= mark && outcome < probabilities.length - 1) passed += probabilities[++outcome]!;
    weights.set(outcomes.weights.subarray(outcome * samples, (outcome + 1) * samples), kept * samples);
  }
  return { samples, probabilities: new Float64Array(count).fill(1 / count), weights };
}

/** What the labels tell about the posterior, I(y; θ) = ln S − Σ q_k·H(w_k), nats: between 0 and ln S. */
export function informationIn({ samples, probabilities, weights }: JointOutcomes): number {
  let left = 0;
  weights.forEach((weight, index) => {
    if (weight > 0) left -= probabilities[Math.floor(index / samples)]! * weight * Math.log(weight);
  });
  return Math.min(Math.log(samples), Math.max(0, Math.log(samples) - left));
}
