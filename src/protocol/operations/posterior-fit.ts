import { z } from 'zod';
import { NoiseModel, NoiseReport } from '../noise-models.ts';
import { defineOperation } from '../operation.ts';
import { PosteriorKind } from '../posterior-kinds.ts';
import { HeadShape, MemberReport, StoreRef, TrainingSettings } from '../shapes.ts';

/**
 * Trains a posterior over reward functions from scratch and keeps it under a handle.
 * Tensors in: `labelled` int32 (n × 2) rows (first, second); `validation` int32 (m × 2), m = 0 for no early stopping;
 * optional float64 `targets` (n) probabilities that the first is preferred and `weights` (n) of the losses, likewise
 * `validationTargets` and `validationWeights` (m): left out, the first is the chosen one and every weight is 1; for a kind
 * whose prior follows the differences of the pool's answers also `pool` int32 (N × 2), rows of the pool's pairs, and
 * optional float64 `covariates` (R × C), numbers of every response of the store that its reward depends on directly; optional
 * int32 `groups` (n): pairs of one group, such as a prompt, are held out together where parts are.
 * With `folds` the labelled pairs are cut into so many parts (fewer where there are fewer pairs); each part is held out
 * once, and together with the validation pairs it says when the members fitted on the rest stop and how well each exponent
 * of the noise model predicts. All labelled pairs are then trained on, without validation, to the median of the best steps
 * times n/(n − part). A single pair is trained on for every epoch.
 * With `ties` ν above 0, a target of exactly ½ is a tie and the loss is Davidson's (pair terms of the worker); at 0 it is a
 * soft label like any other.
 * Seeds: member m initialises from the stream (seed, 'member', round, m) and orders its data by (seed, 'order', round, m, epoch);
 * a kind of one head is member 0. What else a kind draws, it draws from streams that start with (seed, its name, round).
 */
export const posteriorFit = defineOperation({
  name: 'posterior.fit',
  version: 2,
  pure: false,
  stallMs: 600_000,
  params: z
    .strictObject({
      store: StoreRef,
      kind: PosteriorKind,
      noise: NoiseModel,
      folds: z.int().min(2).max(20).nullable(),
      ties: z.number().min(0),
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
      noise: NoiseReport.nullable(),
      /** Squared logits by covariates over squared logits by covariates and those by features, of the labelled pairs; null without any. */
      covariateShare: z.number().min(0).max(1).nullable(),
    })
    .meta({ id: 'PosteriorFitData' }),
});
