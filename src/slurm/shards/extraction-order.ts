import { z } from 'zod';
import { featuresExtract } from '../../protocol/operations/features-extract.ts';
import { Digest } from '../../protocol/text.ts';

/** An extraction as submitted: its settings, and the devices of each shard. */
export const ExtractionOrder = z.strictObject({
  settings: featuresExtract.params
    .omit({ work: true, shard: true, share: true, device: true })
    .extend({ out: z.string(), columns: z.string().nullable() }),
  /** The model when the extraction was submitted; null if it was not examined. */
  model: z
    .strictObject({
      /** For a hub repository: the commit of its branch or tag. */
      commit: z.string().nullable(),
      /** SHA-256 of the files that determine features, by name; those of an adapter are `adapter/NAME`. */
      files: z.record(z.string(), Digest),
    })
    .nullable(),
  devices: z.array(z.string()).min(1),
  /** CPU threads; null: the cores of the job. */
  threads: z.int().min(1).nullable(),
  python: z.string().nullable(),
  quality: z.boolean(),
});
export type ExtractionOrder = z.infer<typeof ExtractionOrder>;
