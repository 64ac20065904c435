import { z } from 'zod';

const Probabilities = z.array(z.number().gt(0).lt(1));

/**
 * The control slice of a batch: its first `items` ids, drawn uniformly without replacement from the remaining pool before
 * the policy selected, and the predictions of their labels by posteriors that were not fitted on them: p̄(a), clipped
 * (see clipProbability()).
 */
export const ControlSlice = z.strictObject({
  items: z.int().min(1),
  /** Probability of each item of the remaining pool to be in the slice. */
  inclusion: z.number().gt(0).max(1),
  /** Prediction of the run's posterior. */
  run: Probabilities,
  /**
   * The lowest and the highest log-likelihood that a label of any item of the remaining pool could have under it, nats.
   */
  bounds: z.tuple([z.number(), z.number()]),
  /**
   * Two posteriors fitted on equally many labels: on the initial ones and all control items of earlier batches (`random`),
   * or on as many of the policy's picks of each of these (`picked`). Absent in the first batch, where both are the same.
   */
  arms: z
    .strictObject({
      labels: z.int().min(1),
      picked: Probabilities,
      random: Probabilities,
      /** The largest |difference of log-likelihood| that a label of any item of the remaining pool could have, nats. */
      largestDifference: z.number().min(0),
    })
    .optional(),
});
export type ControlSlice = z.infer<typeof ControlSlice>;
