import { z } from 'zod';

/** A value and its 95 % interval over seeds; bounds are null where the interval has none (one seed, or never reached). */
export const Estimate = z.strictObject({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });
export type Estimate = z.infer<typeof Estimate>;

/** Two-sided confidence of every interval balpm reports. */
export const CONFIDENCE = 0.95;
