import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { importDataset } from '../../../src/data/import/import-dataset.ts';
import { readPreferred } from '../../../src/features/export/read-preferred.ts';
import { importOptions, pairRow, temporaryDirectory, writeRows } from '../../data/fixtures.ts';

const folder = temporaryDirectory();

test('readPreferred() gives the label of every item, splits in order, and 2 or an error where there is none', async () => {
  const rows = [
    pairRow('v0', { split: 'validation', preferred: 'b' }),
    ...['a', 'b', undefined, 'a', undefined].map((preferred, index) =>
      pairRow(`t${index}`, { split: 'train', preferred }),
    ),
  ];
  const source = writeRows(join(folder, 'pairs.jsonl'), rows);
  await importDataset(importOptions({ source, unlabelled: ['train'], shuffleSides: 'never' }), join(folder, 'pairs'));
  const dataset = await readDataset(join(folder, 'pairs'));
  expect([...(await readPreferred(dataset, 'drop'))]).toEqual([1, 0, 2, 1, 2, 0]);
  await expect(readPreferred(dataset, 'refuse')).rejects.toMatchObject({
    kind: 'data',
    message: expect.stringContaining("2 items of split 'train' have none ('t2', 't4'), a label of every item"),
  });
});

test.each([
  ['soft ones', { p_a: 0.7 }, "1 items of split 'train' have soft ones (probabilities)"],
  ['ties', { preferred: 'tie' }, "1 items of split 'train' have soft ones (probabilities)"],
  ['weights', { weight: 2 }, "1 items of split 'train' have one with a weight"],
])('readPreferred() refuses to lose %s, also where items without a label are dropped', async (name, fields, says) => {
  const rows = [pairRow('x', { p_a: 1, weight: 1 }), pairRow('y', fields)];
  const source = writeRows(join(folder, `${name}.jsonl`), rows);
  await importDataset(importOptions({ source, split: 'train' }), join(folder, name));
  await expect(readPreferred(await readDataset(join(folder, name)), 'drop')).rejects.toMatchObject({
    kind: 'data',
    message: expect.stringContaining(says),
  });
});
