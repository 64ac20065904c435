import { z } from 'zod';
import { Samples } from './samples.ts';

/** One head; then S samples of its last layer from the Laplace approximation under normal priors of that precision. */
export const LaplaceKind = z
  .strictObject({ type: z.literal('laplace'), priorPrecision: z.number().min(0), samples: Samples })
  .meta({ id: 'LaplaceKind' });
