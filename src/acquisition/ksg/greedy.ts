import { moments } from '../../math/moments.ts';
import type { Pick } from '../policy.ts';
import { createBlockMaxima } from './block-maxima.ts';
import type { EntropyTerms } from './entropy-terms.ts';
import type { Lists } from './lists.ts';

/** One round of greedy picks: what is fixed while it lasts. Positions run over the pool, prompts over the graph. */
export interface GreedyRound {
  readonly pool: Int32Array;
  readonly picks: number;
  /** U of every position. */
  readonly epistemic: Float64Array;
  /** Prompt at every position. */
  readonly promptAt: Int32Array;
  /** Positions of every prompt. */
  readonly positions: Lists;
  /** Prompts whose ball holds a prompt. */
  readonly reached: Lists;
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
  scores.forEach((_, position) => scoreAgain(position));
  return Array.from({ length: round.picks }, pickNext);

  function pickNext(): Pick {
    const position = maxima.argmax();
    const pick = explain(position);
    setScore(position, TAKEN);
    countPick(round.promptAt[position]!);
    if (round.standardise) scoreAll();
    return pick;
  }

  function countPick(picked: number): void {
    const { offsets, values } = round.reached;
    for (let at = offsets[picked]!; at < offsets[picked + 1]!; at++) {
      const prompt = values[at]!;
      terms.increment(prompt);
      scorePrompt(prompt);
    }
  }

  function scorePrompt(prompt: number): void {
    const { offsets, values } = round.positions;
    for (let at = offsets[prompt]!; at < offsets[prompt + 1]!; at++) scoreAgain(values[at]!);
  }

  function scoreAll(): void {
    scale = scaleNow();
    for (let position = 0; position < scores.length; position++) scoreAgain(position);
  }

  function scoreAgain(position: number): void {
    if (scores[position] !== TAKEN)
      setScore(position, round.epistemic[position]! + weighted(round.promptAt[position]!));
  }

  function setScore(position: number, score: number): void {
    scores[position] = score;
    maxima.touch(position);
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
        epistemic: round.epistemic[position]!,
        distance: terms.distance[prompt]!,
        digamma: terms.digamma(prompt),
        entropy: terms.entropy[prompt]!,
        weighted: weighted(prompt),
      },
    };
  }
}
