import { moments } from '../../../math/moments.ts';
import { createBlockMaxima } from '../../kernels/block-maxima.ts';
import type { Lists } from '../../kernels/copies.ts';
import type { MeasureName, Pick } from '../../policy.ts';
import type { EntropyTerms } from './entropy-terms.ts';
import type { Reach } from './reach.ts';

/** One round of greedy picks: what is fixed while it lasts. Positions run over the pool, prompts over the graph. */
export interface GreedyRound {
  readonly pool: Int32Array;
  readonly picks: number;
  /** What U is, and U of every position. */
  readonly measure: MeasureName;
  readonly uncertainty: Float64Array;
  /** Prompt at every position. */
  readonly promptAt: Int32Array;
  /** Positions of every prompt. */
  readonly positions: Lists;
  /** Visits the prompts whose ball holds a prompt. */
  readonly reach: Reach;
  /** What h is multiplied by. */
  readonly weight: number;
  /** Whether h is brought to mean 0 and deviation 1 over the items left before every pick. */
  readonly standardise: boolean;
}

const TAKEN = -Infinity;

/**
 * Picks the largest U + weight · h, the earlier position on ties, again and again; after each pick only the prompts
 * whose ball holds it are scored anew (with `standardise`, all are).
 */
export function pickGreedily(round: GreedyRound, terms: EntropyTerms): readonly Pick[] {
  const scores = new Float64Array(round.pool.length);
  const maxima = createBlockMaxima(scores);
  let scale = scaleNow();
  scoreAll();
  return Array.from({ length: round.picks }, pickNext);

  function pickNext(): Pick {
    const position = maxima.argmax();
    const pick = explain(position);
    scores[position] = TAKEN;
    maxima.changed(position);
    round.reach(round.promptAt[position]!, countPick);
    if (round.standardise) {
      scale = scaleNow();
      scoreAll();
    }
    return pick;
  }

  // n grows, so h falls, and the score of every item of the prompt moves.
  function countPick(prompt: number): void {
    terms.increment(prompt);
    const { offsets, values } = round.positions;
    for (let at = offsets[prompt]!; at < offsets[prompt + 1]!; at++) {
      const position = values[at]!;
      if (scores[position] === TAKEN) continue;
      scores[position] = round.uncertainty[position]! + weighted(prompt);
      maxima.changed(position);
    }
  }

  function scoreAll(): void {
    for (let position = 0; position < scores.length; position++) {
      if (scores[position] === TAKEN) continue;
      scores[position] = round.uncertainty[position]! + weighted(round.promptAt[position]!);
    }
    maxima.reset();
  }

  function weighted(prompt: number): number {
    return round.weight * ((terms.entropy[prompt]! - scale.mean) / scale.deviation);
  }

  // Mean 0 and deviation 1 leave h as it is, to the last bit.
  function scaleNow(): { readonly mean: number; readonly deviation: number } {
    if (!round.standardise) return { mean: 0, deviation: 1 };
    const left = round.promptAt.filter((_, position) => scores[position] !== TAKEN);
    const { mean, deviation } = moments(Float64Array.from(left, (prompt) => terms.entropy[prompt]!));
    return { mean, deviation: deviation || 1 };
  }

  function explain(position: number): Pick {
    const prompt = round.promptAt[position]!;
    return {
      item: round.pool[position]!,
      score: scores[position]!,
      terms: {
        [round.measure]: round.uncertainty[position]!,
        distance: terms.distance[prompt]!,
        digamma: terms.digamma(prompt),
        entropy: terms.entropy[prompt]!,
        weighted: weighted(prompt),
      },
    };
  }
}
