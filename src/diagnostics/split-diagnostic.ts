import { z } from 'zod';
import { averageRanks } from '../math/average-ranks.ts';
import { partialCorrelation } from '../math/partial-correlation.ts';
import { rankCorrelation } from '../math/rank-correlation.ts';

const Correlation = z.number().min(-1).max(1).nullable();

/**
 * What uncertainty U says of the pairs of a split: Spearman's correlations with the squared error of p̄ and with the
 * distance d of the two answers, of error with d, and U with error given d. Null where one side is constant.
 */
export const SplitDiagnostic = z.strictObject({
  count: z.int().min(1),
  error: Correlation,
  distance: Correlation,
  errorWithDistance: Correlation,
  partial: Correlation,
  /** What |partial| of as many independent pairs stays below by chance with probability 0.95; null below five pairs. */
  noise: z.number().min(0).nullable(),
});
export type SplitDiagnostic = z.infer<typeof SplitDiagnostic>;

/** What is known of the pairs of a split, N each. */
export interface JudgedPairs {
  readonly uncertainty: Float64Array;
  /** Squared error of p̄. */
  readonly errors: Float64Array;
  readonly distances: Float64Array;
}

/** Whether uncertainty tells errors, and whether it tells more than the distance of the answers does. */
export function splitDiagnostic({ uncertainty, errors, distances }: JudgedPairs): SplitDiagnostic {
  const [u, e, d] = [averageRanks(uncertainty), averageRanks(errors), averageRanks(distances)];
  const [error, distance, errorWithDistance] = [rankCorrelation(u, e), rankCorrelation(u, d), rankCorrelation(e, d)];
  const isConstant = distances.every((value) => value === distances[0]); // there is nothing to hold fixed then
  const partial = isConstant ? error : partialCorrelation(error, distance, errorWithDistance);
  return {
    count: uncertainty.length,
    error,
    distance,
    errorWithDistance,
    partial,
    noise: noiseLevel(uncertainty.length),
  };
}

/** Fisher's z of a partial correlation given one variable has variance 1 / (n − 3 − 1). */
const noiseLevel = (count: number): number | null => (count < 5 ? null : 1.96 / Math.sqrt(count - 3 - 1));
