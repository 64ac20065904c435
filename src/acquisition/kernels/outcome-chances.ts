import { leaningOf } from './leaning-of.ts';

/** What S samples say of n pairs, pair by pair (n × S): the chance of either outcome. */
export interface OutcomeChances {
  readonly samples: number;
  readonly pairs: number;
  /** Chance of the one outcome, and of the other: kept apart so that neither is lost next to 1. */
  readonly one: Float64Array;
  readonly other: Float64Array;
}

/**
 * Chances from logits (row-major S × n). The first outcome is the one the first sample that is not even prefers, so
 * that swapping the sides of a pair changes nothing, to the last bit.
 */
export function outcomeChances(logits: Float32Array, samples: number): OutcomeChances {
  const pairs = logits.length / samples;
  const one = new Float64Array(logits.length);
  const other = new Float64Array(logits.length);
  for (let pair = 0; pair < pairs; pair++) {
    const isSwapped = leaningOf(logits, pair, samples) < 0;
    for (let sample = 0; sample < samples; sample++) {
      const logit = logits[sample * pairs + pair]!;
      const tail = Math.exp(-Math.abs(logit));
      const [major, minor] = [1 / (1 + tail), tail / (1 + tail)];
      const isFirst = logit === 0 || logit > 0 !== isSwapped;
      one[pair * samples + sample] = isFirst ? major : minor;
      other[pair * samples + sample] = isFirst ? minor : major;
    }
  }
  return { samples, pairs, one, other };
}
