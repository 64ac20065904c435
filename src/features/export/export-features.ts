import { resolve } from 'node:path';
import type { z } from 'zod';
import { readDataset } from '../../data/dataset.ts';
import { featuresExport } from '../../protocol/operations/features-export.ts';
import { uint8Tensor } from '../../worker/tensors/tensor.ts';
import { type OwnWorkerOptions, useOwnWorker } from '../own-worker.ts';
import { assertStoreFits } from '../store/assert-store-fits.ts';
import { refuseExistingStore } from '../store/refuse-existing-store.ts';
import { readStoreManifest } from '../store/store.ts';
import type { StoreManifest } from '../store/store-format.ts';
import { readPreferred } from './read-preferred.ts';

/** What is written where; the fields of the operation features.export. */
export type ExportSettings = z.input<typeof featuresExport.params>;

/** What an export gave: sizes of the operation, and the manifest of the store. */
export interface Export {
  readonly counts: z.output<typeof featuresExport.data>;
  readonly manifest: StoreManifest;
}

export interface ExportOptions extends Omit<OwnWorkerOptions, 'device' | 'threads'> {
  readonly settings: ExportSettings;
  /** Whether answers are chosen and rejected ones. Without it labels are not read. */
  readonly labels: boolean;
  /** What becomes of items without a label, where labels are used. */
  readonly unlabelled: 'refuse' | 'drop';
}

/**
 * Writes the features of a store, pair by pair, in another layout, in a worker of its own.
 * @throws BalpmError (usage) when `out` exists; (data) when store or dataset cannot be read or do not belong together,
 * or an item has no label; those of startWorker.
 */
export async function exportFeatures({ settings, labels, unlabelled, ...options }: ExportOptions): Promise<Export> {
  refuseExistingStore(settings.out);
  const manifest = await readStoreManifest(settings.store);
  const dataset = await readDataset(settings.dataset);
  await assertStoreFits(manifest, dataset, settings.store);
  const tensors = labels ? { preferred: uint8Tensor(await readPreferred(dataset, unlabelled)) } : {};
  const places = {
    store: resolve(settings.store),
    dataset: resolve(settings.dataset),
    out: resolve(settings.out),
  };
  const counts = await useOwnWorker({ ...options, device: 'cpu', threads: 1 }, (call) =>
    call(featuresExport, { ...settings, ...places }, tensors),
  );
  return { counts, manifest };
}
