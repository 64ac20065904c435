import { resolve } from 'node:path';
import type { z } from 'zod';
import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { readDataset, readDatasetManifest } from '../data/dataset.ts';
import type { DatasetManifest } from '../data/dataset-format.ts';
import { featuresVerify } from '../protocol/operations/features-verify.ts';
import { directoryOrId } from './directory-or-id.ts';
import { findPromptsAlone } from './extraction/prompts-alone.ts';
import { callOwnWorker, type OwnWorkerOptions } from './own-worker.ts';
import { assertStoreFits } from './store/assert-store-fits.ts';
import { checkStoreFiles, readStoreManifest } from './store/store.ts';
import type { StoreManifest } from './store/store-format.ts';

type Params = z.input<typeof featuresVerify.params>;

export interface VerificationOptions extends Omit<OwnWorkerOptions, 'device'> {
  /** What is not said of the model is as the store's manifest has it. */
  readonly settings: Pick<
    Params,
    'dataset' | 'store' | 'sample' | 'seed' | 'device' | 'deviceMap' | 'trustRemoteCode' | 'promptTexts'
  > & { readonly model: string | null; readonly adapter: string | null };
}

/** What a verification found. */
export type Verification = z.output<typeof featuresVerify.data>;

/**
 * Checks a store's bytes against its manifest, then embeds a random sample of its texts again and compares.
 * @throws BalpmError (data) when the store is damaged or belongs to another dataset or model; those of startWorker.
 */
export async function verifyFeatures(options: VerificationOptions): Promise<Verification> {
  const { dataset, store, ...settings } = options.settings;
  const manifest = await readStoreManifest(store);
  await checkStoreFiles(store, manifest);
  const own = await readDatasetManifest(dataset);
  await assertStoreFits(manifest, await readDataset(dataset), store);
  const { device } = settings;
  const params = {
    ...settings,
    ...modelOf(options.settings, manifest),
    dataset: resolve(dataset),
    store: resolve(store),
    promptTexts: await promptTextsOf(options.settings, own, manifest),
  };
  return callOwnWorker(featuresVerify, params, { ...options, device });
}

/** A store of cut texts knows where those are that stood in for its prompts. */
async function promptTextsOf(
  { dataset, promptTexts }: VerificationOptions['settings'],
  own: DatasetManifest,
  { source }: StoreManifest,
): Promise<string | null> {
  if (promptTexts !== null) return resolve(promptTexts);
  return source['promptCut'] === 'reference' ? findPromptsAlone(dataset, own) : null;
}

function modelOf(
  { store, model, adapter }: VerificationOptions['settings'],
  { source }: StoreManifest,
): Pick<Params, 'model' | 'revision' | 'dtype' | 'adapter' | 'attention' | 'quantisation'> {
  if (source['type'] !== 'transformers')
    throw dataError(
      `Cannot verify ${quotePath(store)}: its features are of type '${source['type']}', a store that features extract made with a model is needed`,
    );
  if (adapter === null && typeof source['adapter'] === 'string')
    throw dataError(
      `Cannot verify ${quotePath(store)}: it was made with adapter '${source['adapter']}', --adapter is needed`,
    );
  return {
    model: directoryOrId(model ?? String(source['model'])),
    revision: model === null ? ((source['commit'] ?? source['revision'] ?? null) as string | null) : null,
    dtype: source['dtype'] as Params['dtype'],
    adapter: adapter === null ? null : directoryOrId(adapter),
    attention: (source['attention'] ?? null) as Params['attention'],
    quantisation: (source['quantisation'] ?? null) as Params['quantisation'],
  };
}
