import type { SampleStatistics } from '../measures/sample-statistics.ts';

/** What went wrong on each item (N): the squared error of p̄, and 1 where the prediction missed, else 0. */
export interface ItemErrors {
  readonly brier: Float64Array;
  readonly error: Float64Array;
}

/**
 * Errors of p̄ against labels (1: a preferred, 0: b). A tie is no error on either side; the squared error is that of the
 * probability of the answer not preferred.
 */
export function itemErrors({ meanA, meanB }: SampleStatistics, labels: Int8Array): ItemErrors {
  const chosen = Float64Array.from(labels, (label, item) => (label === 1 ? meanA : meanB)[item]!);
  const rejected = Float64Array.from(labels, (label, item) => (label === 1 ? meanB : meanA)[item]!);
  return { brier: rejected.map((probability) => probability ** 2), error: chosen.map((p) => (p >= 0.5 ? 0 : 1)) };
}
