import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { importDataset } from '../../../src/data/import/import-dataset.ts';
import type { JoinedTables } from '../../../src/features/import/join-prompts.ts';
import { matchDataset } from '../../../src/features/import/match-dataset.ts';
import { importOptions, pairRow, type Row, temporaryDirectory, writeRows } from '../../data/fixtures.ts';

/** A dataset of one split, sides as given. */
async function datasetOf(...rows: readonly Row[]) {
  const folder = temporaryDirectory();
  const source = writeRows(join(folder, 'train.jsonl'), rows);
  const options = importOptions({ source, split: 'train', shuffleSides: 'never', unlabelled: ['train'] });
  await importDataset(options, join(folder, 'dataset'));
  return readDataset(join(folder, 'dataset'));
}

/** Pairs of train as (id, chosen features, rejected features); the prompt's features are named like the id. */
const joinedOf = (...pairs: readonly (readonly [string, string, string])[]): JoinedTables => ({
  reports: [{ split: 'train', pairs: pairs.length, promptSplit: 'train', missing: 0, firstMissing: [] }],
  pairs: async function* () {
    for (const [row, [id, ...digests]] of pairs.entries())
      yield { id, pair: { row, id, digests }, prompt: { row: 10 + row, id, digests: [`of ${id}`] } };
  },
});

test('matchDataset() puts the chosen features on the side the label prefers', async () => {
  const dataset = await datasetOf(pairRow('x'), pairRow('train-y', { preferred: 'b' }));
  const { prompts, responses, ...counts } = await matchDataset(dataset, joinedOf(['y', 'c', 'd'], ['x', 'e', 'f']));
  expect(responses.sources(4)).toEqual(Int32Array.of(2, 3, 1, 0));
  expect(prompts.sources(2)).toEqual(Int32Array.of(11, 10));
  expect(counts).toEqual({ unknownPairs: 0, differingRows: 0 });
});

test('matchDataset() counts pairs it does not know and texts that come with other features', async () => {
  const same = { prompt: 'p', response_a: 'first', response_b: 'second' };
  const dataset = await datasetOf(pairRow('x', same), pairRow('y', same));
  const joined = joinedOf(['x', 'c', 'd'], ['y', 'c', 'other'], ['z', 'e', 'f']);
  const { responses, ...counts } = await matchDataset(dataset, joined);
  expect(responses.sources(2)).toEqual(Int32Array.of(0, 1));
  expect(counts).toMatchObject({ unknownPairs: 1, differingRows: 2 });
});

test('matchDataset() refuses an item without a label', async () => {
  const dataset = await datasetOf(pairRow('x', { preferred: null }));
  await expect(matchDataset(dataset, joinedOf(['x', 'c', 'd']))).rejects.toThrow(
    /Cannot match features with item 'x' of '.*dataset': it has no label, one that tells the chosen answer is needed/,
  );
});

test('matchDataset() takes the likelier side of a soft label, and refuses a tie, which has none', async () => {
  const dataset = await datasetOf(pairRow('x', { p_a: 0.3, preferred: 'b' }));
  const { responses } = await matchDataset(dataset, joinedOf(['x', 'c', 'd']));
  expect(responses.sources(2)).toEqual(Int32Array.of(1, 0));
  const tied = await datasetOf(pairRow('x', { preferred: 'tie' }));
  await expect(matchDataset(tied, joinedOf(['x', 'c', 'd']))).rejects.toThrow(
    /item 'x' of '.*dataset': its label is a tie, one that tells the chosen answer is needed/,
  );
});
