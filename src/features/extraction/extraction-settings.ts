import type { z } from 'zod';
import type { featuresExtract } from '../../protocol/operations/features-extract.ts';

type Params = z.input<typeof featuresExtract.params>;

/** How texts become features: fields of the operation features.extract, and where the result goes. */
export interface ExtractionSettings extends Omit<Params, 'work' | 'shard' | 'share' | 'device'> {
  /** Store to make; several kinds of features make a folder of stores; with a shard, the folder of shards. */
  readonly out: string;
  /** File of entropy columns to make, with `uncertainty`. */
  readonly columns: string | null;
}
