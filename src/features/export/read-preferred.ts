import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Dataset } from '../../data/dataset.ts';
import type { Labels } from '../../data/labels.ts';
import { readLabels } from '../../data/read-labels.ts';
import { sidesOf } from '../../data/sides-of.ts';

const NONE = 2;
const IDS_TOLD = 5;

/** A label that cannot be written as a chosen and a rejected answer, and how that is told. */
interface Unfit {
  readonly isMeant: (p: number, weight: number) => boolean;
  readonly found: string;
  readonly needed: string;
}

const HARD = 'hard labels of equal weight are (leave --labels out, or import with --no-probability --no-weight)';
const LOST: readonly Unfit[] = [
  {
    isMeant: (p) => p > 0 && p < 1,
    found: 'have soft ones (probabilities), which chosen and rejected answers do not tell',
    needed: HARD,
  },
  {
    isMeant: (p, weight) => !Number.isNaN(p) && weight !== 1,
    found: 'have one with a weight, which the layout does not hold',
    needed: HARD,
  },
];
const MISSING: Unfit = {
  isMeant: Number.isNaN,
  found: 'have none',
  needed: 'a label of every item (or --unlabelled drop) is',
};

/**
 * The label of every item, splits in the manifest's order: 1 when a is preferred, 0 when b is, 2 for one to leave out.
 * @throws BalpmError (data) counting labels that would be lost (soft ones, weights), or where they are refused items
 * without one, and naming the first.
 */
export async function readPreferred(dataset: Dataset, unlabelled: 'refuse' | 'drop'): Promise<Uint8Array> {
  const labels = await readLabels(dataset);
  const unfit = unlabelled === 'refuse' ? [...LOST, MISSING] : LOST;
  for (const [split, own] of labels) for (const kind of unfit) refuse(split, own, kind, dataset);
  const sides = [...labels.values()].flatMap((own) => [...sidesOf(own)]);
  return Uint8Array.from(sides, (side) => (side === -1 ? NONE : side));
}

function refuse(split: string, labels: Labels, { isMeant, found, needed }: Unfit, { path, splits }: Dataset): void {
  const ids = splits.get(split)?.ids ?? [];
  const meant = ids.filter((_id, item) =>
    isMeant(labels.probabilities[item] as number, labels.weights[item] as number),
  );
  if (meant.length === 0) return;
  const first = meant.slice(0, IDS_TOLD).map((id) => `'${id}'`);
  const more = meant.length > IDS_TOLD ? ', …' : '';
  throw dataError(
    `Cannot export ${quotePath(path)} with labels: ${meant.length} items of split '${split}' ${found} (${first.join(', ')}${more}), ${needed} needed`,
  );
}
