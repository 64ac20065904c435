import { z } from 'zod';

/** Who answers: the dataset's own labels at once, or people through files. */
export const OracleConfig = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('dataset').describe('the dataset answers at once (the default)') }),
  z.strictObject({
    type: z.literal('file').describe('people answer through files'),
    dir: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('directory batches are written to and answers read from; null: `labels` in the run directory'),
  }),
]);
export type OracleConfig = z.infer<typeof OracleConfig>;
