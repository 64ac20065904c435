import { formatCount } from '../../base/text/format-count.ts';
import type { LabelCounts } from './count-labels.ts';

/** Sentences about soft and weighted labels; none if all labels are hard with weight 1. */
export function describeLabels({ labelled, soft, ties, weighted }: LabelCounts): string[] {
  const of = `of ${formatCount(labelled)} labels`;
  return [
    ...(soft > 0 ? [`${formatCount(soft)} ${of} are soft (probabilities), ${formatCount(ties)} of them ties`] : []),
    ...(weighted > 0 ? [`${formatCount(weighted)} ${of} have a weight other than 1`] : []),
  ];
}
