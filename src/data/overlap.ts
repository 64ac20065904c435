import type { Dataset, SplitItems } from './dataset.ts';

/** Sentences about repeated pairs, equal responses, and prompts of the first split in others. */
export function describeOverlap(dataset: Dataset): string[] {
  const splits = [...dataset.splits.values()];
  return [...describeRepeatedPairs(dataset, splits), ...describeSharedPrompts(splits)];
}

function describeRepeatedPairs(dataset: Dataset, splits: readonly SplitItems[]): string[] {
  const { across, within, equal } = countRepeats(dataset, splits);
  const sentences = [
    across > 0 ? `pairs in two splits: ${across}` : '',
    within > 0 ? `pairs repeated in one split: ${within}` : '',
    equal > 0 ? `pairs with two equal responses: ${equal}` : '',
  ];
  return sentences.filter((sentence) => sentence !== '');
}

/** A pair is its two response rows, in either order. */
function countRepeats(
  dataset: Dataset,
  splits: readonly SplitItems[],
): { across: number; within: number; equal: number } {
  const splitOf = new Map<number, string>();
  const counts = { across: 0, within: 0, equal: 0 };
  for (const split of splits) {
    split.ids.forEach((_, index) => {
      const [a, b] = [split.a[index] as number, split.b[index] as number];
      const key = Math.min(a, b) * dataset.manifest.counts.responses + Math.max(a, b);
      const earlier = splitOf.get(key);
      if (a === b) counts.equal += 1;
      if (earlier === split.name) counts.within += 1;
      else if (earlier !== undefined) counts.across += 1;
      splitOf.set(key, earlier ?? split.name);
    });
  }
  return counts;
}

function describeSharedPrompts([first, ...others]: readonly SplitItems[]): string[] {
  const known = new Set(first?.prompts);
  return others.flatMap((split) => {
    const own = new Set(split.prompts);
    const shared = [...own].filter((prompt) => known.has(prompt)).length;
    return shared === 0
      ? []
      : [`prompts of '${split.name}' that are also in '${first?.name}': ${shared} of ${own.size}`];
  });
}
