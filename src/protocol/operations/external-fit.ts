import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { StoreRef } from '../shapes.ts';
import { Digest } from '../text.ts';

/**
 * Makes and fits an instance of a class in a user's Python file and keeps it under a handle for posterior.predict.
 * Tensors in: `labelled` int32 (n × 2) rows (chosen, rejected); `validation` int32 (m × 2), m = 0 for none.
 * Seed: the class sees the first 32 bits of the stream (seed, 'external', round). Errors of its code are USER_CODE.
 */
export const externalFit = defineOperation({
  name: 'external.fit',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({
      store: StoreRef,
      /** The Python file; what it holds must have the hash `moduleSha256`. */
      module: z.string().min(1),
      moduleSha256: Digest,
      name: z.string().min(1),
      options: z.record(z.string(), z.unknown()),
      seed: z.int().min(0),
      round: z.int().min(0),
    })
    .meta({ id: 'ExternalFitParams' }),
  data: z.strictObject({ posterior: z.string().min(1) }).meta({ id: 'ExternalFitData' }),
});
