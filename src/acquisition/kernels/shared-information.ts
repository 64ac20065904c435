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
  /** p̄ of the one outcome and of the other (pairs each). */
  readonly one: Float64Array;
  readonly other: Float64Array;
  /** H(p̄), nats (pairs). */
  readonly entropy: Float64Array;
}

function centre({ samples, pairs, one, other }: OutcomeChances): Centred {
  const meanOf = (chances: Float64Array, pair: number): number =>
    chances.subarray(pair * samples, (pair + 1) * samples).reduce((sum, chance) => sum + chance, 0) / samples;
  const ones = Float64Array.from({ length: pairs }, (_, pair) => meanOf(one, pair));
  const others = Float64Array.from({ length: pairs }, (_, pair) => meanOf(other, pair));
  const deviations = one.map((chance, index) => {
    const pair = Math.floor(index / samples);
    return (chance - other[index]! - (ones[pair]! - others[pair]!)) / 2;
  });
  const entropy = ones.map((chance, pair) => -(xLogX(chance) + xLogX(others[pair]!)));
  return { samples, deviations, one: ones, other: others, entropy };
}

/** H(y_i) + H(y_t) − H(y_i, y_t). */
function between(ours: Centred, pair: number, theirs: Centred, target: number): number {
  const { samples } = ours;
  const start = pair * samples;
  const targetStart = target * samples;
  let sum = 0;
  for (let sample = 0; sample < samples; sample++) {
    sum += ours.deviations[start + sample]! * theirs.deviations[targetStart + sample]!;
  }
  const covariance = sum / samples;
  const a = ours.one[pair]!;
  const b = ours.other[pair]!;
  const c = theirs.one[target]!;
  const d = theirs.other[target]!;
  const alike = xLogX(a * c + covariance) + xLogX(b * d + covariance);
  const unlike = xLogX(a * d - covariance) + xLogX(b * c - covariance);
  return ours.entropy[pair]! + theirs.entropy[target]! + (alike + unlike);
}

// Rounding alone can take a joint chance to 0 or just below.
const xLogX = (x: number): number => (x > 0 ? x * Math.log(x) : 0);
