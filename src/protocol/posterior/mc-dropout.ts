import { z } from 'zod';
import { Samples } from './samples.ts';

/** One head under S fixed dropout masks on the inputs of all but its first layer. */
export const DropoutKind = z
  .strictObject({ type: z.literal('mc-dropout'), rate: z.number().gt(0).lt(1), samples: Samples })
  .meta({ id: 'DropoutKind' });
