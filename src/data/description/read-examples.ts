import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { suggestion } from '../../base/text/nearest-name.ts';
import type { Dataset, SplitItems } from '../dataset.ts';
import type { Label } from '../label.ts';
import { type Labels, labelAt } from '../labels.ts';
import { readLabels } from '../read-labels.ts';
import { type ItemTexts, readStoredTexts } from '../read-texts.ts';

/** A pair with its label, `preferred` null without one. */
export type Example = ItemTexts & (Label | { readonly preferred: null });

/** The first `count` pairs of a split, by default of the first one. @throws BalpmError (usage) for an unknown split. */
export async function readExamples(dataset: Dataset, name: string | null, count: number): Promise<Example[]> {
  const split = findSplit(dataset, name);
  const labels = (await readLabels(dataset)).get(split.name) as Labels;
  const texts = await readStoredTexts(dataset, split.ids.slice(0, count));
  return texts.map((text, index) => ({ ...text, ...(labelAt(labels, index) ?? { preferred: null }) }));
}

function findSplit(dataset: Dataset, name: string | null): SplitItems {
  const names = [...dataset.splits.keys()];
  const split = dataset.splits.get(name ?? (names[0] as string));
  if (split !== undefined) return split;
  throw usageError(
    `Cannot show split '${name}' of ${quotePath(dataset.path)}: it does not exist; use one of ${names.join(', ')}${suggestion(name ?? '', names)}`,
  );
}
