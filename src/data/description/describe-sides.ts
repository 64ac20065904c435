import { formatCount } from '../../base/text/format-count.ts';
import type { LabelCounts } from './count-labels.ts';

/** Share of labels that prefer side a, in words. */
export function describeSides({ labelled, sided, preferredA }: LabelCounts): string {
  if (labelled === 0) return 'no pair has a label';
  if (sided === 0) return 'every label is a tie';
  return `side a is preferred in ${((100 * preferredA) / sided).toFixed(1)} % of ${formatCount(sided)} labels`;
}
