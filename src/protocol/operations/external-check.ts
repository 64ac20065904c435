import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { Digest } from '../text.ts';

/**
 * Runs a user's Python file and looks whether the class in it can be a posterior, before anything is spent on it.
 * `learns`: it is fitted every round; otherwise it scores as it is.
 */
export const externalCheck = defineOperation({
  name: 'external.check',
  version: 1,
  pure: false,
  stallMs: 1_800_000,
  params: z
    .strictObject({ module: z.string().min(1), moduleSha256: Digest, name: z.string().min(1) })
    .meta({ id: 'ExternalCheckParams' }),
  data: z.strictObject({ learns: z.boolean() }).meta({ id: 'ExternalCheckData' }),
});
