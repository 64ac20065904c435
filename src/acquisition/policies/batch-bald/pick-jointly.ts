import type { RandomStream } from '../../../random/stream.ts';
import { createBlockMaxima } from '../../kernels/block-maxima.ts';
import type { OutcomeChances } from '../../kernels/outcome-chances.ts';
import { gainOf } from './gain.ts';
import { informationIn, nothingObserved, observe, resample } from './joint-outcomes.ts';

/** How a batch is chosen for its joint information. */
export interface JointSettings {
  readonly picks: number;
  /** Joint outcomes kept at most. */
  readonly outcomes: number;
  /** Share of ln S at which the batch counts as full. */
  readonly full: number;
}

/** One pair with what it added, and the information of the batch with it, nats. */
export interface JointPick {
  readonly pair: number;
  readonly gain: number;
  readonly information: number;
}

const TAKEN = -Infinity;

/**
 * Greedy picks of the largest gain, the earlier pair on ties, until there are `picks`, the batch is full or no pair
 * adds anything. Gains never grow (labels are independent given θ), so an old gain bounds the present one and only
 * pairs whose bound is largest are looked at anew; exact while 2^picks outcomes can be kept.
 */
export function pickJointly(
  chances: OutcomeChances,
  { picks, outcomes: most, full }: JointSettings,
  stream: RandomStream,
): readonly JointPick[] {
  let outcomes = nothingObserved(chances.samples);
  const bounds = Float64Array.from({ length: chances.pairs }, (_, pair) => gainOf(chances, pair, outcomes));
  const seenAt = new Int32Array(chances.pairs);
  const maxima = createBlockMaxima(bounds);
  const picked: JointPick[] = [];
  while (picked.length < Math.min(picks, chances.pairs)) {
    const pair = best();
    const gain = bounds[pair]!;
    if (gain <= 0 || (picked.at(-1)?.information ?? 0) >= full * Math.log(chances.samples)) break;
    bounds[pair] = TAKEN;
    maxima.changed(pair);
    take(pair);
    picked.push({ pair, gain, information: informationIn(outcomes) });
  }
  return picked;

  function best(): number {
    for (;;) {
      const pair = maxima.argmax();
      if (seenAt[pair] === picked.length || bounds[pair] === TAKEN) return pair;
      bounds[pair] = Math.min(bounds[pair]!, gainOf(chances, pair, outcomes));
      seenAt[pair] = picked.length;
      maxima.changed(pair);
    }
  }

  function take(pair: number): void {
    const [start, end] = [pair * chances.samples, (pair + 1) * chances.samples];
    outcomes = observe(outcomes, chances.one.subarray(start, end), chances.other.subarray(start, end));
    if (outcomes.probabilities.length > most) outcomes = resample(outcomes, most, stream.uniform);
  }
}
