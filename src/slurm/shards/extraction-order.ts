import { z } from 'zod';
import { featuresExtract } from '../../protocol/operations/features-extract.ts';
import { Digest } from '../../protocol/text.ts';

/** An extraction that jobs are to do: its settings, and on what each shard runs. */
export const ExtractionOrder = z.strictObject({
  settings: featuresExtract.params
    .omit({ work: true, shard: true, share: true, device: true })
    .extend({ out: z.string(), columns: z.string().nullable() }),
  /** The model as it was when the extraction was submitted; null: nobody looked. */
  model: z
    .strictObject({
      /** Of a hub repository: what its branch or tag stood for. */
      commit: z.string().nullable(),
      /** SHA-256 of the files that shape features, by name; those of an adapter are `adapter/NAME`. */
      files: z.record(z.string(), Digest),
    })
    .nullable(),
  devices: z.array(z.string()).min(1),
  /** CPU threads; null: as many as the job has cores. */
  threads: z.int().min(1).nullable(),
  python: z.string().nullable(),
  quality: z.boolean(),
});
export type ExtractionOrder = z.infer<typeof ExtractionOrder>;
