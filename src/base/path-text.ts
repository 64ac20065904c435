import { z } from 'zod';

/** A path, or a word of a command, as a configuration gives it: text that the system can be asked about. */
export const PathText = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'text without a NUL character');
