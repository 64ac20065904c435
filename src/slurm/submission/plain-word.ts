import { z } from 'zod';

/** Characters that end a line or control a terminal: not allowed in a batch script or an argument. */
const ODD = /[\p{Cc}\u2028\u2029]/u;

/** Whether a text fits on one line of a script. */
export const isOneLine = (text: string): boolean => !ODD.test(text);

/** A text of one line, from a profile. */
export const Line = z.string().refine(isOneLine, 'text of one line, without control characters');

/** A value of an option of Slurm. */
export const Word = z.string().min(1).refine(isOneLine, 'text of one line, without control characters');
