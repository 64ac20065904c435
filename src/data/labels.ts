import { type Label, labelOf, probabilityOf } from './label.ts';

/**
 * Labels of n items: the probability that a is preferred, in [0, 1], NaN without a label; weights above 0, 1 if not
 * given.
 */
export interface Labels {
  readonly probabilities: Float64Array;
  readonly weights: Float64Array;
}

/** As many items without a label. */
export const noLabels = (items: number): Labels => ({
  probabilities: new Float64Array(items).fill(Number.NaN),
  weights: new Float64Array(items).fill(1),
});

/** Hard labels from sides: 1 where a is preferred, 0 where b is, −1 without a label. */
export const hardLabels = (sides: ArrayLike<number>): Labels => ({
  probabilities: Float64Array.from(sides, (side) => (side === -1 ? Number.NaN : side)),
  weights: new Float64Array(sides.length).fill(1),
});

/** The labels of as many items. */
export const labelsFrom = (labels: readonly Label[]): Labels => ({
  probabilities: Float64Array.from(labels, probabilityOf),
  weights: Float64Array.from(labels, ({ weight = 1 }) => weight),
});

/** The labels of some of the items. */
export const labelsAt = ({ probabilities, weights }: Labels, items: ArrayLike<number>): Labels => ({
  probabilities: Float64Array.from(items, (item) => probabilities[item] as number),
  weights: Float64Array.from(items, (item) => weights[item] as number),
});

/** The label of one item, null without one. */
export function labelAt({ probabilities, weights }: Labels, item: number): Label | null {
  const p = probabilities[item] ?? Number.NaN;
  return Number.isNaN(p) ? null : labelOf(p, weights[item]);
}

/** The first item without a label, −1 if all have one. */
export const firstUnlabelled = ({ probabilities }: Labels): number => probabilities.findIndex(Number.isNaN);
