import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { FeatureSpaceRef } from '../shapes.ts';

/**
 * Chooses places far from each other: the farthest each time, or with `draws` by k-means++.
 * Tensors in: `candidates` (N) and `centres` (C), rows as in space.rows; `scale` float64 (N), what features of candidates
 * are multiplied by; `draws` float64, one in [0, 1) a pick, or none at all.
 * Tensors out: `positions` int32 (P) in `candidates`; `distances` float64 (P) to the nearest centre or pick before.
 */
export const spaceSpread = defineOperation({
  name: 'space.spread',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z
    .strictObject({ space: FeatureSpaceRef, picks: z.int().min(0), rule: z.enum(['farthest', 'drawn']) })
    .meta({ id: 'SpaceSpreadParams' }),
  data: z.strictObject({ picks: z.int().min(0) }).meta({ id: 'SpaceSpreadData' }),
});
