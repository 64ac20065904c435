import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { FeatureSpaceRef } from '../shapes.ts';

/**
 * Features of some places in a space.
 * Tensor in: `rows`, int32 (N) prompt rows, or (N × 2) response rows (a, b). Tensor out: `features` float32 (N × D).
 */
export const spaceRows = defineOperation({
  name: 'space.rows',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z.strictObject({ space: FeatureSpaceRef }).meta({ id: 'SpaceRowsParams' }),
  data: z.strictObject({ rows: z.int().min(0), dimension: z.int().min(1) }).meta({ id: 'SpaceRowsData' }),
});
