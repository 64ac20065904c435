import { z } from 'zod';

/** One head, and normal fits to the rewards of labelled chosen and rejected responses. */
export const LatentRewardKind = z.strictObject({ type: z.literal('lru') }).meta({ id: 'LatentRewardKind' });
