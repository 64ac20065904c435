import { z } from 'zod';

/** How many samples a posterior gives of each reward. */
export const Samples = z.int().min(1).max(256);
