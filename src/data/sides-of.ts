import type { Labels } from './labels.ts';

/** Number of a tie among sides. */
export const TIE = 2;

/**
 * The preferred side of every item, for code without probabilities: 1 for a, 0 for b, 2 for a tie, −1 without a label.
 */
export const sidesOf = ({ probabilities }: Labels): Int8Array =>
  Int8Array.from(probabilities, (p) => (Number.isNaN(p) ? -1 : p > 0.5 ? 1 : p < 0.5 ? 0 : TIE));
