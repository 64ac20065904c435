import { z } from 'zod';
import { Samples } from './samples.ts';

/** One head with a mean and a log-variance of the reward; S samples of the reward. */
export const VariationalKind = z
  .strictObject({ type: z.literal('variational'), klWeight: z.number().min(0), samples: Samples })
  .meta({ id: 'VariationalKind' });
