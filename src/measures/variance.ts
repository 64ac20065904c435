import type { Measure } from './measure.ts';

/** Variance of the predicted probability over the samples (ddof 0), between 0 and ¼. */
export const variance = {
  name: 'variance',
  summary: 'variance of the predicted probability over the samples',
  unit: 'probability²',
  of: (statistics) => statistics.variance.slice(),
} as const satisfies Measure;
