import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dataset, readDataset } from '../../../src/data/dataset.ts';
import { assertStoreFits } from '../../../src/features/store/assert-store-fits.ts';
import { checkStoreFiles, readStoreManifest } from '../../../src/features/store/store.ts';
import { forgeStore } from '../../support/damaged-store.ts';
import { writeTinyStores } from '../../support/tiny-stores.ts';

let folder: string;
let store: string;
let dataset: Dataset;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'balpm-fits-'));
  const tiny = await writeTinyStores(folder);
  store = tiny.stores[1] as string;
  dataset = await readDataset(tiny.dataset);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A store with its hashes made right again after `change` of the rows of one split's table. */
const withTable = (copy: string, change: (rows: Int32Array) => void): string =>
  forgeStore(store, join(folder, copy), (bytes) => {
    const data = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, data)) as Record<string, { data_offsets: [number, number] }>;
    const [start, end] = header['train']?.data_offsets ?? [0, 0];
    const rows = new Int32Array(bytes.buffer.slice(bytes.byteOffset + data + start, bytes.byteOffset + data + end));
    change(rows);
    bytes.set(new Uint8Array(rows.buffer), data + start);
    return bytes;
  });

test('assertStoreFits() takes the store of a dataset', async () => {
  await expect(assertStoreFits(await readStoreManifest(store), dataset, store)).resolves.toBeUndefined();
});

test.each([
  ['beyond', (rows: Int32Array) => rows.fill(1_000_000, 3, 4), /item '.*' of split 'train' has row 1000000 where/],
  [
    'swapped',
    (rows: Int32Array) => rows.set([rows[2] as number, rows[1] as number], 1),
    /item '.*' of split 'train' has row \d+ where/,
  ],
  [
    'shuffled',
    (rows: Int32Array) => rows.set([...rows.subarray(3), ...rows.subarray(0, 3)]),
    /of split 'train' has row/,
  ],
])('assertStoreFits() refuses a table of items whose rows are %s', async (what, change, message) => {
  const forged = withTable(what, change);
  await expect(assertStoreFits(await readStoreManifest(forged), dataset, forged)).rejects.toThrow(message);
});

test('assertStoreFits() refuses a table of another length', async () => {
  const [train] = dataset.splits.values();
  const longer = {
    ...dataset,
    splits: new Map([['train', { ...train, ids: ['x', ...(train?.ids ?? [])] }]]),
  } as Dataset;
  await expect(assertStoreFits(await readStoreManifest(store), longer, store)).rejects.toThrow(
    /tensor 'train' is int32 240 × 3 where the split has int32 241 × 3; extract or import/,
  );
});

test('checkStoreFiles() refuses a table of items that names rows beyond the matrices', async () => {
  const forged = withTable('out-of-bounds', (rows) => rows.fill(-1, 5, 6));
  await expect(checkStoreFiles(forged, await readStoreManifest(forged))).rejects.toThrow(
    /^Cannot read features '.*': item 1 of table 'train' names row -1 of \d+; extract or import the features again$/,
  );
});
