import { resolve } from 'node:path';
import type { z } from 'zod';
import { readUserCode } from '../custom-code/user-file.ts';
import { readDataset } from '../data/dataset.ts';
import { featuresEmbed } from '../protocol/operations/features-embed.ts';
import { callOwnWorker, type OwnWorkerOptions } from './own-worker.ts';
import { refuseExistingStore } from './store/refuse-existing-store.ts';
import { readStoreManifest } from './store/store.ts';
import type { StoreManifest } from './store/store-format.ts';

type Params = z.input<typeof featuresEmbed.params>;

export interface EmbeddingOptions extends OwnWorkerOptions {
  /** The function, as path/to/file.py:name. */
  readonly embed: string;
  readonly settings: Omit<Params, 'module' | 'moduleSha256' | 'name'>;
}

/** What an extraction by a function gave: its counts, and the manifest of the store that now exists. */
export interface Embedding {
  readonly counts: z.output<typeof featuresEmbed.data>;
  readonly manifest: StoreManifest;
}

/**
 * Embeds the unique texts of a dataset with a Python function of the user's and writes the store `settings.out`.
 * @throws BalpmError (usage) when the store exists or the function does not; (data) when the dataset cannot be read;
 * WorkerFailure USER_CODE, naming file and line, when the function fails; those of startWorker.
 */
export async function embedFeatures(options: EmbeddingOptions): Promise<Embedding> {
  const { dataset, out, ...rest } = options.settings;
  refuseExistingStore(out);
  const { file, name, sha256 } = await readUserCode('--embed', options.embed);
  await readDataset(dataset); // before a worker starts: a wrong directory is told at once
  const code = { module: resolve(file), moduleSha256: sha256, name };
  const places = { dataset: resolve(dataset), out: resolve(out) };
  const counts = await callOwnWorker(featuresEmbed, { ...rest, ...code, ...places }, options);
  return { counts, manifest: await readStoreManifest(places.out) };
}
