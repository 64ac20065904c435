import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { StoreRef } from '../shapes.ts';

/**
 * Reference preset only: how many acquired items lie within `radius` of each prompt after the pool's rows were
 * shifted by −μ/σ (item-weighted mean and ddof-1 deviation of the remaining pool), acquired rows unshifted.
 * Tensors in: `rows` int32 (U); `remaining` int32 (U) pool items a prompt still has; `acquired` int32 (U);
 * `radius` float64 (U); `prompts` as for knn.build. Tensor out: `counts` int32 (U), 0 where `remaining` is 0.
 */
export const knnShiftedCounts = defineOperation({
  name: 'knn.shifted-counts',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z.strictObject({ store: StoreRef.nullable() }).meta({ id: 'KnnShiftedCountsParams' }),
  data: z.strictObject({ prompts: z.int().min(0) }).meta({ id: 'KnnShiftedCountsData' }),
});
