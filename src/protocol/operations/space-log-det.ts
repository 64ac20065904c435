import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { FeatureSpaceRef } from '../shapes.ts';

/**
 * Chooses places greedily for ln det(ridge·I + Σ w·x·xᵀ), the sum over what is known and the picks.
 * Tensors in: `candidates` (N) and `known` (K), rows as in space.rows; `weights` float64 (N), `knownWeights` float64 (K).
 * Tensors out: `positions` int32 (P) in `candidates`; `growths` float64 (P) of the determinant's logarithm.
 */
export const spaceLogDet = defineOperation({
  name: 'space.log-det',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z
    .strictObject({ space: FeatureSpaceRef, picks: z.int().min(0), ridge: z.number().gt(0) })
    .meta({ id: 'SpaceLogDetParams' }),
  data: z.strictObject({ picks: z.int().min(0) }).meta({ id: 'SpaceLogDetData' }),
});
