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
  const next = new Float64Array(2 * probabilities.length);
  const nextWeights = new Float64Array(samples * next.length);
  let kept = 0;
  for (let outcome = 0; outcome < probabilities.length; outcome++) {
    for (const chances of [one, other]) {
      let chance = 0;
      for (let sample = 0; sample < samples; sample++) {
        const joint = weights[outcome * samples + sample]! * chances[sample]!;
        nextWeights[kept * samples + sample] = joint;
        chance += joint;
      }
      if (probabilities[outcome]! * chance === 0) continue;
      for (let sample = 0; sample < samples; sample++) nextWeights[kept * samples + sample]! /= chance;
      next[kept++] = probabilities[outcome]! * chance;
    }
  }
  return { samples, probabilities: next.subarray(0, kept), weights: nextWeights.subarray(0, kept * samples) };
}

/**
 * `count` outcomes drawn by their probability, alike likely from then on: one draw of `uniform` in each of `count` equal
 * strata, so that an outcome twice as likely as a stratum is wide is there for certain.
 */
export function resample(outcomes: JointOutcomes, count: number, uniform: () => number): JointOutcomes {
  const { samples, probabilities } = outcomes;
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  const weights = new Float64Array(count * samples);
  let [outcome, passed] = [0, probabilities[0]!];
  for (let kept = 0; kept < count; kept++) {
    const mark = ((kept + uniform()) / count) * total;
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
