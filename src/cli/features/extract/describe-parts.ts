import { formatCount } from '../../../base/text/format-count.ts';
import type { PartsMade } from '../../../features/extraction/extract-features.ts';

/** Lines on the parts that an extraction made: how many were kept, how the texts were run, and how long it took. */
export function describeParts({ way, ownParts, keptParts, tokenBudget, wallSeconds }: PartsMade): string[] {
  return [
    ...(keptParts > 0
      ? [`${formatCount(keptParts)} of ${formatCount(ownParts)} parts were there already and were kept`]
      : []),
    `way ${way}, ${formatCount(tokenBudget)} tokens at a time, ${wallSeconds.toFixed(1)} s`,
  ];
}
