import type { Measure } from './measure.ts';
import type { SampleStatistics } from './sample-statistics.ts';

/** H(p̄): how unsure the mean prediction is, between 0 and ln 2. */
export const predictive = {
  name: 'predictive',
  summary: 'entropy of the mean prediction',
  unit: 'nats',
  of: predictiveEntropy,
} as const satisfies Measure;

/** H(p̄) of every pair, nats. */
export function predictiveEntropy({ meanA, meanB }: SampleStatistics): Float64Array {
  return meanA.map((a, item) => binaryEntropy(Math.min(a, meanB[item]!), Math.max(a, meanB[item]!)));
}

// ln of the majority through log1p: 1 − 1e-18 has no float64, its logarithm has.
const binaryEntropy = (minority: number, majority: number): number =>
  minority === 0 ? 0 : -minority * Math.log(minority) - majority * Math.log1p(-minority);
