import type { Labels } from './labels.ts';

/** What stands in the place of a side for a tie. */
export const TIE = 2;

/** The preferred side of every item, for what knows no probabilities: 1 for a, 0 for b, 2 for a tie, −1 without a label. */
export const sidesOf = ({ probabilities }: Labels): Int8Array =>
  Int8Array.from(probabilities, (p) => (Number.isNaN(p) ? -1 : p > 0.5 ? 1 : p < 0.5 ? 0 : TIE));
