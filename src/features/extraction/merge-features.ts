import { resolve } from 'node:path';
import type { z } from 'zod';
import { readDatasetManifest } from '../../data/dataset.ts';
import { featuresMerge } from '../../protocol/operations/features-merge.ts';
import { type CallWorker, type OwnWorkerOptions, useOwnWorker } from '../own-worker.ts';
import { refuseExistingStore } from '../store/refuse-existing-store.ts';
import { readStoreManifest } from '../store/store.ts';
import type { StoreManifest } from '../store/store-format.ts';

type Params = z.input<typeof featuresMerge.params>;

export interface MergeOptions extends Omit<OwnWorkerOptions, 'device'> {
  readonly settings: Params;
}

/** What a merge gave: its counts, and the manifest of each store that now exists, as `counts.stores`. */
export interface Merge {
  readonly counts: z.output<typeof featuresMerge.data>;
  readonly manifests: readonly StoreManifest[];
}

/**
 * Makes feature stores of the parts of an extraction; every part is checked against its digest.
 * @throws BalpmError (usage) when the store exists; (data) for parts that are missing, damaged or of several extractions.
 */
export async function mergeFeatures(options: MergeOptions): Promise<Merge> {
  const { dataset, out, columns } = options.settings;
  refuseExistingStore(out);
  if (columns !== null) refuseExistingStore(columns);
  await readDatasetManifest(dataset); // before a worker starts: a wrong directory is told at once
  return useOwnWorker({ ...options, device: 'cpu' }, (call) => mergeWith(call, options.settings));
}

/** The same with a worker that is there. */
export async function mergeWith(call: CallWorker, { dataset, folders, out, columns }: Params): Promise<Merge> {
  const counts = await call(featuresMerge, {
    dataset: resolve(dataset),
    folders: folders.map((folder) => resolve(folder)),
    out: resolve(out),
    columns: columns === null ? null : resolve(columns),
  });
  return { counts, manifests: await Promise.all(counts.stores.map(({ path }) => readStoreManifest(path))) };
}
