import { join } from 'node:path';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Dataset, SplitItems } from '../../data/dataset.ts';
import { readSafetensorsSlices } from './safetensors.ts';
import { assertStoreBelongs, readStoreShapes } from './store.ts';
import type { StoreManifest } from './store-format.ts';

/**
 * Refuses a store that was made for another dataset, or whose rows are not those of its texts and items. Reads the header
 * and the tables of items, 12 bytes an item; features themselves are examined where they are read.
 * @throws BalpmError (data) naming the store and the tensor, and the item whose rows are others.
 */
export async function assertStoreFits(manifest: StoreManifest, dataset: Dataset, path: string): Promise<void> {
  assertStoreBelongs(manifest, dataset.manifest, path);
  const shapes = await readStoreShapes(path, manifest);
  for (const split of dataset.splits.values()) {
    const table = shapes.get(split.name);
    if (table === undefined) continue; // nothing reads the tables: they only tell whether rows are the dataset's
    const found = `${table.dtype} ${table.shape.join(' × ')}`;
    const needed = `int32 ${split.ids.length} × 3`;
    if (found !== needed) throw misfit(path, `tensor '${split.name}' is ${found} where the split has ${needed}`);
    await compareItems(path, manifest, split);
  }
}

async function compareItems(path: string, manifest: StoreManifest, split: SplitItems): Promise<void> {
  const { name, prompts, a, b } = split;
  const columns = [prompts, a, b] as const;
  let at = 0;
  for await (const bytes of readSafetensorsSlices(join(path, manifest.features.file), name)) {
    const rows = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    const bad = rows.findIndex((row, index) => row !== columns[(at + index) % 3]?.[Math.floor((at + index) / 3)]);
    if (bad >= 0) {
      const item = Math.floor((at + bad) / 3);
      throw misfit(
        path,
        `item '${split.ids[item]}' of split '${name}' has row ${rows[bad]} where the dataset has ${columns[(at + bad) % 3]?.[item]}`,
      );
    }
    at += rows.length;
  }
}

const misfit = (path: string, found: string) =>
  dataError(`Cannot use feature store ${quotePath(path)}: ${found}; extract or import features of this dataset again`);
