import { onGrid } from './on-grid.ts';
import type { OutcomeChances } from './outcome-chances.ts';

/**
 * Mean over targets t of I(y_i; y_t), nats, of every pair i: the expected predictive information gain (EPIG), labels
 * being independent given a sample. With c = cov(p_i, p_t) over samples the joint chances are p̄_i·p̄_t ± c.
 */
export function sharedInformation(pairs: OutcomeChances, targets: OutcomeChances): Float64Array {
  const ours = centre(pairs);
  const theirs = centre(targets);
  return Float64Array.from({ length: pairs.pairs }, (_, pair) => {
    let sum = 0;
    for (let target = 0; target < targets.pairs; target++) sum += between(ours, pair, theirs, target);
    return targets.pairs === 0 ? 0 : Math.max(0, onGrid(sum / targets.pairs));
  });
}

interface Centred {
  readonly samples: number;
  /** p − p̄ (pairs × S). */
  readonly deviations: Float64Array;
  readonly one: Float64Array;
  readonly other: Float64Array;
}

function centre({ samples, pairs, one, other }: OutcomeChances): Centred {
  const means = [one, other].map((chances) =>
    Float64Array.from({ length: pairs }, (_, pair) => mean(chances.subarray(pair * samples, (pair + 1) * samples))),
  ) as [Float64Array, Float64Array];
  const deviations = one.map((chance, index) => {
    const pair = Math.floor(index / samples);
    return (chance - other[index]! - (means[0][pair]! - means[1][pair]!)) / 2;
  });
  return { samples, deviations, one: means[0], other: means[1] };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function between(ours: Centred, pair: number, theirs: Centred, target: number): number {
  const { samples } = ours;
  const [start, targetStart] = [pair * samples, target * samples];
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    sum += ours.deviations[start + sample]! * theirs.deviations[targetStart + sample]!;
  }
  const covariance = sum / samples;
  const [a, b] = [ours.one[pair]!, ours.other[pair]!];
  const [c, d] = [theirs.one[target]!, theirs.other[target]!];
  return cell(a * c, covariance) + cell(b * d, covariance) + (cell(a * d, -covariance) + cell(b * c, -covariance));
}

/** (q + c)·ln((q + c)/q): one cell of the mutual information. */
function cell(independent: number, shift: number): number {
  const joint = independent + shift;
  return joint > 0 && independent > 0 ? joint * Math.log(joint / independent) : 0;
}
