import type { PolicyResult } from '../comparison.ts';

/** Whether there is a verdict of yes or no: without one, labels saved are a number within its own noise. */
export const isDecided = ({ againstBaseline }: PolicyResult): boolean =>
  againstBaseline !== null && againstBaseline !== undefined && againstBaseline.verdict.answer !== 'undecided';
