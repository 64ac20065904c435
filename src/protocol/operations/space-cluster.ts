import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { FeatureSpaceRef } from '../shapes.ts';

/**
 * Clusters places by k-means from k-means++ seeds.
 * Tensors in: `rows` (N) as in space.rows; `learntOn` int32 (L) positions in it the centres are learnt on; `draws`
 * float64, one in [0, 1) a cluster. Tensor out: `clusters` int32 (N), the nearest centre of each.
 */
export const spaceCluster = defineOperation({
  name: 'space.cluster',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z.strictObject({ space: FeatureSpaceRef, iterations: z.int().min(1) }).meta({ id: 'SpaceClusterParams' }),
  data: z.strictObject({ rows: z.int().min(0), clusters: z.int().min(0) }).meta({ id: 'SpaceClusterData' }),
});
