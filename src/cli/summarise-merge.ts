import type { Merge } from '../features/merge-features.ts';

/** What was merged, in lines for people. */
export function describeMerge({ counts, manifests }: Merge): string[] {
  const { prompts, responses, tokens, truncatedPrompts, truncatedResponses, lostResponses, cutPrompts } = counts;
  const cut = truncatedPrompts + truncatedResponses;
  return [
    ...manifests.map((manifest, index) => {
      const { name, dimension } = counts.stores[index] as Merge['counts']['stores'][number];
      const which = manifests.length > 1 ? `${name}: ` : '';
      const { pooling } = manifest.source;
      return `${which}${count(prompts)} prompts and ${count(responses)} responses, ${count(dimension)} features each, pooling ${pooling}`;
    }),
    `${count(tokens)} tokens, ${(100 * counts.paddingShare).toFixed(1)} % padding`,
    ...(cutPrompts > 0 ? [`note: ${count(cutPrompts)} prompts were cut to leave room for their answers`] : []),
    ...(cut > 0
      ? [`note: the end of ${count(truncatedPrompts)} prompts and ${count(truncatedResponses)} responses was cut off`]
      : []),
    ...(lostResponses > 0
      ? [
          `note: nothing is left of ${count(lostResponses)} responses, a larger --max-tokens or a shorter template helps`,
        ]
      : []),
  ];
}

/** The same as one JSON document; `id`, `dimension` and `source` are those of the first store. */
export function mergeDocument(out: string, { counts, manifests }: Merge): Record<string, unknown> {
  const [first] = manifests;
  return { store: out, id: first?.id, dimension: counts.stores[0]?.dimension, ...counts, source: first?.source };
}

const count = (value: number): string => value.toLocaleString('en-US');
