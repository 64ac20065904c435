import type { SampleSource } from '../../acquisition/policy.ts';
import { pairsOf } from '../problem/pool-views.ts';
import type { Problem } from '../problem/problem.ts';
import type { Prediction, RoundPosterior } from './round-model.ts';
import { targetPairs } from './target-pairs.ts';

/** What a sample source is made of; `predicted` are the logits of `pool`, which are not asked for again. */
export interface SampleSourceParts {
  readonly posterior: RoundPosterior;
  readonly problem: Problem;
  readonly pool: Int32Array;
  readonly predicted: Prediction;
  readonly seed: number;
}

/** The posterior samples of one round as a policy sees them. */
export function createSampleSource({ posterior, problem, pool, predicted, seed }: SampleSourceParts): SampleSource {
  const positionOf = new Int32Array(problem.pool.ids.length).fill(-1);
  pool.forEach((item, position) => void (positionOf[item] = position));
  return {
    samples: predicted.samples,
    logits: async (items) => {
      const positions = items.map((item) => positionOf[item]!);
      if (!positions.includes(-1)) return columnsOf(predicted, positions);
      return (await posterior.predict(pairsOf(problem.pool, items))).logits;
    },
    targetLogits: async () => (await posterior.predict(targetPairs(problem, seed))).logits,
  };
}

/** Some columns of row-major logits. */
function columnsOf({ samples, logits }: Prediction, positions: Int32Array): Float32Array {
  const size = logits.length / samples;
  const chosen = new Float32Array(samples * positions.length);
  for (let sample = 0; sample < samples; sample++) {
    for (let column = 0; column < positions.length; column++) {
      chosen[sample * positions.length + column] = logits[sample * size + positions[column]!]!;
    }
  }
  return chosen;
}
