import { z } from 'zod';

/** A path, a word of a command, or a device, as a file gives it: text that can be handed to the system. */
export const PathText = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'text without a NUL character');
