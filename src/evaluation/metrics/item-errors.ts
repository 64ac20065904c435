import type { SampleStatistics } from '../../measures/sample-statistics.ts';

/** What went wrong on each item (N): the squared error of p̄, and the share of its label that the prediction missed. */
export interface ItemErrors {
  readonly brier: Float64Array;
  readonly error: Float64Array;
}

/**
 * What went wrong on each item, p the label's probability of a: the squared error (p̄ − p)², written as that of
 * p·p̄(b) − (1 − p)·p̄(a), and the share of the label on the side that was not predicted. A tie is no error on either side.
 */
export function itemErrors({ meanA, meanB }: SampleStatistics, probabilities: Float64Array): ItemErrors {
  const brier = probabilities.map((p, item) => (p * meanB[item]! - (1 - p) * meanA[item]!) ** 2);
  const error = probabilities.map((p, item) => (meanA[item]! >= 0.5 ? 0 : p) + (meanB[item]! >= 0.5 ? 0 : 1 - p));
  return { brier, error };
}
