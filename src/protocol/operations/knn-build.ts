import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { StoreRef } from '../shapes.ts';
import { Digest } from '../text.ts';

/**
 * Builds the exact neighbour graph over some prompt rows and writes it to `out` (safetensors).
 * Tensors in: `rows` int32 (U), distinct prompt rows of the store; without a store `prompts` float32, float16 or
 * bfloat16 (P × D), the matrix they are rows of.
 * Tensors in the file: `ids` int32 (U × K) positions into `rows`, self first, ascending (distance, id);
 * `distances` float64 (U × K) Euclidean; `radius` float64 (U): every row nearer than this is listed (+inf: all are).
 * `certifiedRows` counts the rows the first shortlist proved; the others were widened until proven.
 */
export const knnBuild = defineOperation({
  name: 'knn.build',
  version: 1,
  pure: false,
  stallMs: 600_000,
  params: z
    .strictObject({ store: StoreRef.nullable(), neighbours: z.int().min(1), out: z.string().min(1) })
    .meta({ id: 'KnnBuildParams' }),
  data: z
    .strictObject({
      rows: z.int().min(0),
      neighbours: z.int().min(1),
      sha256: Digest,
      certifiedRows: z.int().min(0),
      wallSeconds: z.number().min(0),
    })
    .meta({ id: 'KnnBuildData' }),
});
