import { type BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files.ts';
import type { Dataset, SplitItems } from '../../data/dataset.ts';
import { readLabels } from '../../data/read-labels.ts';
import type { JoinedPair, JoinedTables } from './join-prompts.ts';
import { createRowSources, type RowSources } from './row-sources.ts';

/** Where the features of an existing dataset's rows are, and what did not match. */
export interface MatchedDataset {
  readonly prompts: RowSources;
  readonly responses: RowSources;
  /** Pairs of the source that the dataset does not have. */
  readonly unknownPairs: number;
  /** Times a text stands in several pairs with other features each; the first ones are taken. */
  readonly differingRows: number;
}

/**
 * Finds the features of every item of `dataset` by split and id: the source's id is the item's, or the item's is
 * `SPLIT-ID`. The label tells which side was chosen.
 * @throws BalpmError (data) for items without features or without a label, counting them and naming the first.
 */
export async function matchDataset(dataset: Dataset, joined: JoinedTables): Promise<MatchedDataset> {
  const labels = await readLabels(dataset);
  const [prompts, responses] = [createRowSources(), createRowSources()];
  let unknownPairs = 0;
  let differingRows = 0;
  const add = (sources: RowSources, row: number, source: number, digest: string): void => {
    differingRows += sources.add(row, source, digest) ? 0 : 1;
  };
  for (const { split: name } of joined.reports) {
    const split = dataset.splits.get(name);
    const indexOf = new Map(split?.ids.map((id, index) => [id, index]));
    for await (const { id, pair, prompt } of joined.pairs(name)) {
      const index = indexOf.get(id) ?? indexOf.get(`${name}-${id}`);
      if (split === undefined || index === undefined) {
        unknownPairs += 1;
        continue;
      }
      const { chosen, rejected } = sidesOf(dataset, split, index, labels.get(name) as Int8Array);
      add(responses, chosen, 2 * pair.row, pair.digests[0] as string);
      add(responses, rejected, 2 * pair.row + 1, pair.digests[1] as string);
      addPrompt(add, prompts, split.prompts[index] as number, prompt);
    }
  }
  requireAll(dataset, responses);
  return { prompts, responses, unknownPairs, differingRows };
}

function addPrompt(
  add: (sources: RowSources, row: number, source: number, digest: string) => void,
  prompts: RowSources,
  row: number,
  prompt: JoinedPair['prompt'],
): void {
  if (prompt !== null) add(prompts, row, prompt.row, prompt.digests[0] as string);
}

function sidesOf(
  { path }: Dataset,
  split: SplitItems,
  index: number,
  labels: Int8Array,
): { chosen: number; rejected: number } {
  const [a, b] = [split.a[index] as number, split.b[index] as number];
  if (labels[index] === -1)
    throw dataError(
      `Cannot match features with item '${split.ids[index]}' of ${quotePath(path)}: it has no label, one that tells the chosen answer is needed`,
    );
  return labels[index] === 1 ? { chosen: a, rejected: b } : { chosen: b, rejected: a };
}

function requireAll(dataset: Dataset, responses: RowSources): void {
  for (const split of dataset.splits.values()) {
    const without = split.ids.filter(
      (_, index) => !responses.has(split.a[index] as number) || !responses.has(split.b[index] as number),
    );
    if (without.length > 0) throw itemsWithout(dataset, split.name, without);
  }
}

const itemsWithout = ({ path }: Dataset, split: string, ids: readonly string[]): BalpmError =>
  dataError(
    `Cannot make a feature store of ${quotePath(path)}: ${ids.length} items of split '${split}' have no features (${ids
      .slice(0, 5)
      .map((id) => `'${id}'`)
      .join(', ')}${ids.length > 5 ? ', …' : ''}), features of every item are needed`,
  );
