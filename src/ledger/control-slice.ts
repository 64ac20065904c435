import { z } from 'zod';

const Probabilities = z.array(z.number().gt(0).lt(1));

/**
 * The control slice of a batch: its first `items` ids, drawn uniformly without replacement from the remaining pool before
 * the policy chose, and what posteriors that have not seen their labels say of them, p̄(a), clipped (see clipProbability()).
 */
export const ControlSlice = z.strictObject({
  items: z.int().min(1),
  /** Probability of each item of the remaining pool to be in the slice. */
  inclusion: z.number().gt(0).max(1),
  /** Of the run's posterior. */
  run: Probabilities,
  /** The least and the largest log-likelihood that a label of any item of the remaining pool could have under it, nats. */
  bounds: z.tuple([z.number(), z.number()]),
  /**
   * Two posteriors fitted on equally many labels: the initial ones and all control items of earlier batches (`random`), or as
   * many of the policy's picks of each of these (`picked`). Absent in the first batch, where both are the same.
   */
  arms: z
    .strictObject({
      labels: z.int().min(1),
      picked: Probabilities,
      random: Probabilities,
      /** The largest |difference of log-likelihood| that a label of any item of the remaining pool could show, nats. */
      largestDifference: z.number().min(0),
    })
    .optional(),
});
export type ControlSlice = z.infer<typeof ControlSlice>;
