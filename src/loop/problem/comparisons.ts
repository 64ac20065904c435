import { type Labels, labelsAt } from '../../data/labels.ts';
import { seenPositions, type TieRule } from './ties.ts';

/** Pairs with their labels as a posterior learns from them, n of them. */
export interface Comparisons {
  /** Rows (first, second), n × 2; the first answer is the likelier one, a for a tie. */
  readonly rows: Int32Array;
  /** The probability that the first is preferred, in [½, 1]: 1 for a hard label. */
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The comparisons of some items: `pairs` are rows (a, b) of all items, `labels` belong to `items`, one each. Where ties
 * are dropped there are fewer.
 */
export function compareItems(pairs: Int32Array, items: ArrayLike<number>, labels: Labels, ties: TieRule): Comparisons {
  const seen = seenPositions(labels, ties);
  const { probabilities, weights } = labelsAt(labels, seen);
  const rows = new Int32Array(2 * seen.length);
  seen.forEach((position, index) => {
    const item = items[position] as number;
    const first = (probabilities[index] as number) >= 0.5 ? 0 : 1;
    rows[2 * index] = pairs[2 * item + first] as number;
    rows[2 * index + 1] = pairs[2 * item + 1 - first] as number;
  });
  return { rows, targets: probabilities.map((p) => (p >= 0.5 ? p : 1 - p)), weights };
}
