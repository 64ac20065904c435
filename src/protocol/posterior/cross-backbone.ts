import { z } from 'zod';

/** One head, member `member` of an ensemble whose members have a feature store each. */
export const CrossBackboneKind = z
  .strictObject({ type: z.literal('cross-backbone'), member: z.int().min(0).max(255) })
  .meta({ id: 'CrossBackboneKind' });
