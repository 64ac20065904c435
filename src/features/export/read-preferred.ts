import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files.ts';
import type { Dataset } from '../../data/dataset.ts';
import { readLabels } from '../../data/read-labels.ts';

const NONE = 2;
const IDS_TOLD = 5;

/**
 * The label of every item, splits in the manifest's order: 1 when a is preferred, 0 when b is, 2 for one to leave out.
 * @throws BalpmError (data) counting items without a label and naming the first, where they are refused.
 */
export async function readPreferred(dataset: Dataset, unlabelled: 'refuse' | 'drop'): Promise<Uint8Array> {
  const labels = await readLabels(dataset);
  const splits = [...dataset.splits.values()];
  if (unlabelled === 'refuse')
    for (const { name, ids } of splits) refuseUnlabelled(name, ids, labels.get(name), dataset);
  const sides = splits.flatMap(({ name }) => [...(labels.get(name) ?? [])]);
  return Uint8Array.from(sides, (side) => (side === -1 ? NONE : side));
}

function refuseUnlabelled(
  split: string,
  ids: readonly string[],
  labels: Int8Array | undefined,
  { path }: Dataset,
): void {
  const without = ids.filter((_id, index) => labels?.[index] === -1);
  if (without.length === 0) return;
  const first = without.slice(0, IDS_TOLD).map((id) => `'${id}'`);
  const more = without.length > IDS_TOLD ? ', …' : '';
  throw dataError(
    `Cannot export ${quotePath(path)} with labels: ${without.length} items of split '${split}' have none (${first.join(', ')}${more}), a label of every item (or --unlabelled drop) is needed`,
  );
}
