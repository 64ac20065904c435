import { z } from 'zod';

/** The preferred side; `tie` for neither. */
export const Preference = z.enum(['a', 'b', 'tie']);
export type Preference = z.infer<typeof Preference>;

/** A probability, and the weight of a label. */
export const Probability = z.number('a number in [0, 1]').min(0, 'a number in [0, 1]').max(1, 'a number in [0, 1]');
export const Weight = z.number('a finite number above 0').gt(0, 'a finite number above 0');

/**
 * A label in files and labels of a batch. `p` is the probability that a is preferred, present only if the label is soft
 * (neither 0 nor 1); `preferred` is the likelier side, `tie` at ½. `weight` is present only if it is not 1.
 */
export interface Label {
  readonly preferred: Preference;
  readonly p?: number;
  readonly weight?: number;
}

/** The label of a probability that a is preferred, in [0, 1], and of a weight. */
export const labelOf = (p: number, weight = 1): Label => ({
  preferred: p > 0.5 ? 'a' : p < 0.5 ? 'b' : 'tie',
  ...(p > 0 && p < 1 && { p }),
  ...(weight !== 1 && { weight }),
});

const CERTAIN = { a: 1, b: 0, tie: 0.5 } as const;

/** The probability that a is preferred. */
export const probabilityOf = ({ preferred, p }: Label): number => p ?? CERTAIN[preferred];

/** Whether two labels have the same probability and weight. */
export const isSameLabel = (left: Label, right: Label): boolean =>
  probabilityOf(left) === probabilityOf(right) && (left.weight ?? 1) === (right.weight ?? 1);

/** A label for messages: `a`, `tie`, `p 0.7`, `b (weight 2)`. */
export function labelInWords({ preferred, p, weight }: Label): string {
  const side = p === undefined || preferred === 'tie' ? preferred : `p ${p}`;
  return weight === undefined ? side : `${side} (weight ${weight})`;
}

/** The same label with sides exchanged. */
export const mirrorLabel = (label: Label): Label => labelOf(1 - probabilityOf(label), label.weight);

/**
 * Whether a probability and a side can belong to one label. At ½, which may be rounded, either side is as good as
 * `tie`.
 */
export const doAgree = (preferred: Preference, p: number): boolean => p === 0.5 || labelOf(p).preferred === preferred;
