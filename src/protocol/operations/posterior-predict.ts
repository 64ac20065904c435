import { z } from 'zod';
import { defineOperation } from '../operation.ts';

/**
 * Logit differences r(a) − r(b) of a fitted posterior.
 * Tensor in: `pairs` int32 (N × 2) response rows (a, b). Tensor out: `logits` float32 (S × N), row-major; of a kind with a
 * measure of its own (docs/explanation/posterior.md) also that measure of each pair under its name, float64 (N), the same for (b, a).
 */
export const posteriorPredict = defineOperation({
  name: 'posterior.predict',
  version: 1,
  pure: true,
  stallMs: 600_000,
  params: z.strictObject({ posterior: z.string().min(1) }).meta({ id: 'PosteriorPredictParams' }),
  data: z.strictObject({ samples: z.int().min(1), pairs: z.int().min(0) }).meta({ id: 'PosteriorPredictData' }),
});
