import { resolve } from 'node:path';
import type { z } from 'zod';
import { readDataset } from '../data/dataset.ts';
import { featuresExtract } from '../protocol/operations/features-extract.ts';
import { directoryOrId } from './directory-or-id.ts';
import { callOwnWorker, type OwnWorkerOptions } from './own-worker.ts';
import { refuseExistingStore } from './refuse-existing-store.ts';
import { readStoreManifest } from './store.ts';
import type { StoreManifest } from './store-format.ts';

/** How texts become features; the fields of the operation features.extract. */
export type ExtractionSettings = z.input<typeof featuresExtract.params>;

/** What an extraction gave: counts of the operation, and the manifest of the store that now exists. */
export interface Extraction {
  readonly counts: z.output<typeof featuresExtract.data>;
  readonly manifest: StoreManifest;
}

export interface ExtractionOptions extends Omit<OwnWorkerOptions, 'device'> {
  readonly settings: ExtractionSettings;
}

/**
 * Embeds the unique texts of a dataset in a worker of its own and writes the store `settings.out`.
 * @throws BalpmError (usage) when the store exists; (data) when dataset or model cannot be read; those of startWorker.
 */
export async function extractFeatures(options: ExtractionOptions): Promise<Extraction> {
  const settings = withAbsolutePaths(options.settings);
  refuseExistingStore(options.settings.out);
  await readDataset(settings.dataset); // before a worker starts: a wrong directory is told at once
  const { device } = settings;
  const counts = await callOwnWorker(featuresExtract, settings, { ...options, device });
  return { counts, manifest: await readStoreManifest(settings.out) };
}

function withAbsolutePaths(settings: ExtractionSettings): ExtractionSettings {
  const { dataset, out, model, adapter } = settings;
  return {
    ...settings,
    dataset: resolve(dataset),
    out: resolve(out),
    model: directoryOrId(model),
    adapter: adapter === null ? null : directoryOrId(adapter),
  };
}
