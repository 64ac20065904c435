import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { StoreRef } from '../shapes.ts';

/**
 * Distances from a few prompt rows to all rows, by the routine that made the graph (equal to the last bit).
 * Tensors in: `rows` int32 (U), `queries` int32 (Q) positions into `rows`, `prompts` as for knn.build.
 * Tensor out: `distances` float64 (Q × U).
 */
export const knnDistances = defineOperation({
  name: 'knn.distances',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z.strictObject({ store: StoreRef.nullable() }).meta({ id: 'KnnDistancesParams' }),
  data: z.strictObject({ queries: z.int().min(0) }).meta({ id: 'KnnDistancesData' }),
});
