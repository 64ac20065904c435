import { type BalpmError, dataError } from '../../base/errors.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import { DatasetWriter, type NewItem } from '../../data/dataset-writer.ts';
import { isSwapped } from '../../data/import/side-order.ts';
import type { JoinedPair, JoinedTables } from './join-prompts.ts';
import { createRowSources, type RowSources } from './row-sources.ts';

/** A dataset that was written, and where its rows' features are. */
export interface WrittenDataset {
  readonly manifest: DatasetManifest;
  readonly prompts: RowSources;
  readonly responses: RowSources;
}

/** What the manifest says of where the pairs come from, and the seed of the sides. */
export interface UnnamedDataset {
  readonly name: string;
  readonly seed: number;
  readonly source: DatasetManifest['source'];
}

/**
 * Writes a dataset without texts into an existing empty directory: each text names a feature row, so that equal
 * features are one row. An item's id is `SPLIT-ID`, for ids are unique within a split only; sides are drawn by seed.
 * @throws BalpmError (data) for a split of which no pair has prompt features.
 */
export async function writeUnnamedDataset(
  directory: string,
  joined: JoinedTables,
  { name, seed, source }: UnnamedDataset,
): Promise<WrittenDataset> {
  const writer = new DatasetWriter(directory);
  const [prompts, responses] = [createRowSources(), createRowSources()];
  try {
    for (const { split } of joined.reports) {
      writer.startSplit(split);
      let items = 0;
      for await (const pair of joined.pairs(split)) {
        const { item, sides } = placeSides(split, pair, seed);
        const rows = writer.add(item);
        if (pair.prompt !== null) prompts.add(rows.prompt, pair.prompt.row, item.prompt);
        responses.add(rows.a, sides.a, item.a);
        responses.add(rows.b, sides.b, item.b);
        items += 1;
      }
      if (items === 0) throw emptySplit(split);
    }
    return { manifest: writer.finish(name, source, { texts: 'none' }), prompts, responses };
  } finally {
    writer.abandon();
  }
}

/** The item, and the source of the features on each of its sides. */
function placeSides(
  split: string,
  { id: sourceId, pair, prompt }: JoinedPair,
  seed: number,
): { item: NewItem; sides: { a: number; b: number } } {
  const [chosen, rejected] = pair.digests.map((digest) => `features ${digest}`) as [string, string];
  const [first, second] = [2 * pair.row, 2 * pair.row + 1];
  const id = `${split}-${sourceId}`;
  const text = prompt === null ? `no prompt features, split ${split}` : `features ${prompt.digests[0]}`;
  const swapped = isSwapped(seed, id, chosen, rejected);
  return swapped
    ? {
        item: { id, prompt: text, a: rejected, b: chosen, label: { preferred: 'b' }, swapped },
        sides: { a: second, b: first },
      }
    : {
        item: { id, prompt: text, a: chosen, b: rejected, label: { preferred: 'a' }, swapped },
        sides: { a: first, b: second },
      };
}

const emptySplit = (split: string): BalpmError =>
  dataError(
    `Cannot import features: no pair of split '${split}' has prompt features, at least one pair of each split is needed`,
  );
