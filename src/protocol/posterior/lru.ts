import { z } from 'zod';

/**
 * One head, and normal fits to the rewards of labelled chosen and rejected responses. Its predictions also tell `lru`, the
 * expected −(α_chosen + α_rejected) of each pair (docs/explanation/posterior.md).
 */
export const LatentRewardKind = z.strictObject({ type: z.literal('lru') }).meta({ id: 'LatentRewardKind' });
