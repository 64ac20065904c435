import { z } from 'zod';

/** M heads that start and learn each on its own. */
export const DeepEnsembleKind = z
  .strictObject({
    type: z.literal('deep-ensemble'),
    members: z.int().min(1).max(256),
    initialisation: z.enum(['paper', 'reference']),
  })
  .meta({ id: 'DeepEnsembleKind' });
