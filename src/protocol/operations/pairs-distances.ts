import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { StoreRef } from '../shapes.ts';

/**
 * Euclidean distances of the two responses' features of pairs, what a noise model and the diagnostics look at.
 * Tensor in: `pairs` int32 (N × 2) response rows. Tensor out: `distances` float64 (N).
 */
export const pairsDistances = defineOperation({
  name: 'pairs.distances',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z.strictObject({ store: StoreRef }).meta({ id: 'PairsDistancesParams' }),
  data: z.strictObject({ pairs: z.int().min(0) }).meta({ id: 'PairsDistancesData' }),
});
