import { type BalpmError, dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Dataset } from '../../data/dataset.ts';
import { readLabels } from '../../data/read-labels.ts';
import { sidesOf, TIE } from '../../data/sides-of.ts';
import { type JoinedTables, tellIds } from './join-prompts.ts';
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
  for (const { split: name } of joined.reports) {
    const own = labels.get(name);
    const find = createFinder(dataset, name, own && sidesOf(own));
    for await (const { id, pair, prompt } of joined.pairs(name)) {
      const rows = find(id);
      if (rows === undefined) {
        unknownPairs += 1;
        continue;
      }
      const [chosen, rejected] = pair.digests as readonly [string, string];
      const same = [
        responses.add(rows.chosen, 2 * pair.row, chosen),
        responses.add(rows.rejected, 2 * pair.row + 1, rejected),
        prompt === null || prompts.add(rows.prompt, prompt.row, prompt.digests[0] as string),
      ];
      differingRows += same.filter((isSame) => !isSame).length;
    }
  }
  requireAll(dataset, responses);
  return { prompts, responses, unknownPairs, differingRows };
}

interface RankedRows {
  readonly prompt: number;
  readonly chosen: number;
  readonly rejected: number;
}

/** Finds the rows of an item by the source's id; undefined for one that the dataset does not have. */
function createFinder(
  dataset: Dataset,
  name: string,
  sides: Int8Array | undefined,
): (id: string) => RankedRows | undefined {
  const split = dataset.splits.get(name);
  if (split === undefined || sides === undefined) return () => undefined;
  const indexOf = new Map(split.ids.map((id, index) => [id, index]));
  return (id) => {
    const index = indexOf.get(id) ?? indexOf.get(`${name}-${id}`);
    if (index === undefined) return undefined;
    const side = sides[index];
    if (side === -1 || side === TIE) throw withoutSide(dataset, split.ids[index] as string, side);
    const [a, b] = [split.a[index] as number, split.b[index] as number];
    const [chosen, rejected] = side === 1 ? [a, b] : [b, a];
    return { prompt: split.prompts[index] as number, chosen, rejected };
  };
}

const withoutSide = ({ path }: Dataset, id: string, side: number): BalpmError =>
  dataError(
    `Cannot match features with item '${id}' of ${quotePath(path)}: ${side === TIE ? 'its label is a tie' : 'it has no label'}, one that tells the chosen answer is needed`,
  );

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
    `Cannot make a feature store of ${quotePath(path)}: ${ids.length} items of split '${split}' have no features (${tellIds(ids.slice(0, 5), ids.length)}), features of every item are needed`,
  );
