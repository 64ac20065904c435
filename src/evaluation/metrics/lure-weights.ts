import { usageError } from '../../base/errors.ts';

/** One batch: how likely each of its items was to be in it, given what came before; null where that is not known. */
export interface WeightedBatch {
  readonly round: number;
  readonly inclusion: readonly number[] | null;
}

/**
 * Weights v of the labelled items, in order of acquisition, with which their mean loss, (1/M)·Σ v·loss, is an unbiased
 * estimate of the mean loss over the `pool` items there were at the start (levelled unbiased risk estimator, Farquhar,
 * Gal and Rainforth 2021), for batches drawn with inclusion probabilities π from the n items left: with n′ left after
 * the batch of B and N − M after the last, v = 1 + (N − M)/n′ · (B/(n·π) − 1). At B = 1 it is the published weight; of
 * uniform draws every weight is 1, and so it is of a pool that is labelled whole.
 *
 * It rests on this alone: given what came before, Σ loss/π over a batch is an unbiased estimate of Σ loss over the n items
 * left, which takes every π > 0. The sum of (N − M)/n′ · B/n over the batches is then M/N, and no loss that was seen is
 * counted twice. So a slice for control and the picks from what it left, whose π are given the slice, are two batches here.
 * @throws BalpmError (usage) naming the first round whose batch has no inclusion probabilities.
 */
export function lureWeights(pool: number, batches: readonly WeightedBatch[]): Float64Array {
  const known = batches.map(inclusionOf);
  const beyond = pool - known.reduce((sum, inclusion) => sum + inclusion.length, 0);
  let left = pool;
  return Float64Array.from(
    known.flatMap((inclusion) => {
      const before = left;
      left -= inclusion.length;
      const share = beyond === 0 ? 0 : beyond / left;
      return inclusion.map((chance) => 1 + share * (inclusion.length / (before * chance) - 1));
    }),
  );
}

function inclusionOf({ round, inclusion }: WeightedBatch): readonly number[] {
  if (inclusion !== null) return inclusion;
  throw usageError(
    `Cannot weigh the labels by how likely they were: the batch of round ${round} has no inclusion probabilities, a policy that knows them (docs/explanation/inclusion.md) is needed`,
  );
}
