import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { PosteriorKind } from '../posterior-kinds.ts';
import { HeadShape, MemberReport, StoreRef, TrainingSettings } from '../shapes.ts';

/**
 * Trains a posterior over reward functions from scratch and keeps it under a handle.
 * Tensors in: `labelled` int32 (n × 2) rows (first, second); `validation` int32 (m × 2), m = 0 for no early stopping.
 * `targets` float64 (n), the probability that the first is preferred, in [½, 1], and `weights` float64 (n), above 0; for
 * validation `validationTargets` and `validationWeights` (m). Each is left out where it is 1 throughout: the first is chosen.
 * Seeds: member m initialises from the stream (seed, 'member', round, m) and orders its data by (seed, 'order', round, m, epoch);
 * a kind of one head is member 0. What else a kind draws, it draws from streams that start with (seed, its name, round).
 */
export const posteriorFit = defineOperation({
  name: 'posterior.fit',
  version: 1,
  pure: false,
  stallMs: 600_000,
  params: z
    .strictObject({
      store: StoreRef,
      kind: PosteriorKind,
      head: HeadShape,
      training: TrainingSettings,
      seed: z.int().min(0),
      round: z.int().min(0),
    })
    .meta({ id: 'PosteriorFitParams' }),
  data: z
    .strictObject({
      posterior: z.string().min(1),
      samples: z.int().min(1),
      members: z.array(MemberReport),
    })
    .meta({ id: 'PosteriorFitData' }),
});
