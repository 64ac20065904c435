import { z } from 'zod';

/** Whatever ends a line, or what a terminal would obey: neither may stand in a batch script or an argument. */
const ODD = /[\p{Cc}\u2028\u2029]/u;

/** Whether a text can stand on one line of a script. */
export const isOneLine = (text: string): boolean => !ODD.test(text);

/** A text of one line, as a profile gives it. */
export const Line = z.string().refine(isOneLine, 'text of one line, without control characters');

/** A value that Slurm takes for an option. */
export const Word = z.string().min(1).refine(isOneLine, 'text of one line, without control characters');
