import { formatCount, formatCounted } from '../../base/text/format-count.ts';
import type { Merge } from '../../features/extraction/merge-features.ts';
import type { StoreManifest } from '../../features/store/store-format.ts';
import type { DoubledToken } from '../../protocol/operations/features-extract.ts';
import { describeDoubled } from './describe-doubled.ts';

/** What was merged, in lines for people. */
export function describeMerge({ counts, manifests }: Merge): string[] {
  const { prompts, responses, tokens, truncatedPrompts, truncatedResponses, lostResponses, cutPrompts } = counts;
  const cut = truncatedPrompts + truncatedResponses;
  return [
    ...manifests.map((manifest, index) => {
      const { name, dimension } = counts.stores[index] as Merge['counts']['stores'][number];
      const which = manifests.length > 1 ? `${name}: ` : '';
      const { pooling } = manifest.source;
      return `${which}${formatCount(prompts)} prompts and ${formatCount(responses)} responses, ${formatCount(dimension)} features each, pooling ${pooling}`;
    }),
    `${formatCount(tokens)} tokens, ${(100 * counts.paddingShare).toFixed(1)} % padding`,
    ...(cutPrompts > 0 ? [`note: ${formatCount(cutPrompts)} prompts were cut to leave room for their answers`] : []),
    ...(cut > 0
      ? [
          `note: the end of ${formatCount(truncatedPrompts)} prompts and ${formatCount(truncatedResponses)} responses was cut off`,
        ]
      : []),
    ...(lostResponses > 0
      ? [
          `note: nothing is left of ${formatCount(lostResponses)} responses, a larger --max-tokens or a shorter template helps`,
        ]
      : []),
    ...describeSplits(manifests[0]?.stats ?? {}),
    ...describeDoubled(doubledIn(manifests[0]?.stats ?? {}), 'extract'),
    ...describeModel(manifests[0]),
  ];
}

/** What of the model and the way it was run is not what people expect. */
function describeModel(manifest: StoreManifest | undefined): string[] {
  const head = manifest?.source['adapterHeadLeftAside'];
  return [
    ...(typeof head === 'string'
      ? [`note: the adapter’s head (${head}) was left aside, features do not go through it`]
      : []),
    ...(manifest?.stats['way'] === 'singles'
      ? ['note: texts went through the model one at a time; texts of one batch would change each other’s features']
      : []),
  ];
}

const PREFIX = 'truncatedPrompts.';

/** What was cut of each split, where there are several and something was. */
function describeSplits(stats: StoreManifest['stats']): string[] {
  const splits = Object.keys(stats)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length));
  if (splits.length < 2) return [];
  return splits.flatMap((split) => {
    const told = Object.entries(CUTS)
      .map(([name, [what, lost]]) => [Number(stats[`${name}.${split}`] ?? 0), what, lost] as const)
      .filter(([cut]) => cut > 0)
      .map(([cut, what, lost]) => `${formatCounted(cut, what)} ${lost}`);
    return told.length > 0 ? [`note: of split ${split}: ${told.join(', ')}`] : [];
  });
}

const DOUBLED = 'doubled.';

const doubledIn = (stats: StoreManifest['stats']): DoubledToken[] =>
  Object.entries(stats)
    .filter(([name]) => name.startsWith(DOUBLED))
    .map(([name, texts]) => ({ token: name.slice(DOUBLED.length), texts: Number(texts) }));

const CUTS = {
  cutPrompts: ['prompt', 'made room for answers'],
  truncatedPrompts: ['prompt', 'lost the end'],
  truncatedResponses: ['response', 'lost the end'],
  lostResponses: ['response', 'lost every token'],
} as const;

/** Where the stores lie that were made. */
export const storesOf = ({ counts }: Merge): string[] => counts.stores.map(({ path }) => path);

/** The same as one JSON document; `id`, `dimension` and `source` are those of the first store. */
export function mergeDocument(out: string, { counts, manifests }: Merge): Record<string, unknown> {
  const [first] = manifests;
  return { store: out, id: first?.id, dimension: counts.stores[0]?.dimension, ...counts, source: first?.source };
}
