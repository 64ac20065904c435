import { existsSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type BalpmError, dataError, usageError } from '../../base/errors.ts';
import { publishDirectory, quotePath } from '../../base/files/files.ts';
import { type Dataset, readDataset, readDatasetManifest } from '../../data/dataset.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import { featuresCut } from '../../protocol/operations/features-cut.ts';
import type { Shard } from '../../protocol/operations/features-extract.ts';
import { directoryOrId } from '../directory-or-id.ts';
import { type OwnWorkerOptions, withOwnWorker } from '../own-worker.ts';
import { refuseExistingStore } from '../store/refuse-existing-store.ts';
import type { ExtractionOptions } from './extract-features.ts';
import type { ExtractionSettings } from './extraction-settings.ts';
import { findPromptsAlone, PROMPTS_ALONE_FILE } from './prompts-alone.ts';
import { clearAfterResult, workFolderOf } from './work-folder.ts';
import { type Cut, writeCutDataset } from './write-cut-dataset.ts';

/**
 * The settings with which the reference's cut is extracted: the dataset `settings.out` of cut texts, made now unless the
 * dataset is such a one already, and its store in `features`. Other cuts need no preparation.
 * @throws BalpmError (usage) when `out` is something else or the store exists, for cut texts with another cut, and for a
 * shard of texts that are not cut.
 */
export async function prepareCut(options: ExtractionOptions, shard?: Shard): Promise<ExtractionSettings> {
  const { settings } = options;
  const manifest = await readDatasetManifest(settings.dataset);
  if (isCut(manifest)) return settingsOfCut(settings, manifest);
  if (settings.promptCut !== 'reference') return settings;
  if (shard === undefined) return makeCut(options);
  throw usageError(
    `Cannot extract a shard of ${quotePath(settings.dataset)} with --prompt-cut reference: its prompts are not cut, a dataset that balpm features cut made is needed`,
  );
}

const isCut = ({ source }: DatasetManifest): boolean => source['promptCut'] === 'reference';

/** A dataset that was cut is embedded as it is. */
async function settingsOfCut(settings: ExtractionSettings, manifest: DatasetManifest): Promise<ExtractionSettings> {
  const { dataset, promptCut } = settings;
  const wrong = (what: string, needed: string): BalpmError =>
    usageError(
      `Cannot embed ${quotePath(dataset)} with ${what}: its prompts were cut pair by pair, ${needed} is needed`,
    );
  if (promptCut !== 'reference') throw wrong(`--prompt-cut ${promptCut}`, '--prompt-cut reference');
  if (typeof manifest.source['tokenizerHash'] !== 'string')
    throw dataError(
      `Cannot embed ${quotePath(dataset)}: its manifest does not say which tokenizer cut it, a dataset that this version cut is needed`,
    );
  const maxTokens = Number(manifest.source['maxTokens']);
  if (settings.maxTokens !== null && settings.maxTokens !== maxTokens)
    throw wrong(`--max-tokens ${settings.maxTokens}`, `--max-tokens ${maxTokens}`);
  return { ...settings, maxTokens, promptTexts: await findPromptsAlone(dataset, manifest) };
}

async function makeCut(options: ExtractionOptions): Promise<ExtractionSettings> {
  const { settings } = options;
  const out = resolve(settings.out);
  await refuseForeignDirectory(out);
  if (settings.columns !== null) refuseExistingStore(settings.columns); // before the texts are cut
  const manifest = await cutDataset(options);
  return settingsOfCut({ ...settings, dataset: out, out: join(out, 'features') }, manifest);
}

/** Which dataset is cut by which model's tokenizer, to how many tokens, and where the new one goes. */
export interface CutOptions extends Omit<OwnWorkerOptions, 'device'> {
  readonly settings: Pick<
    ExtractionSettings,
    'dataset' | 'model' | 'revision' | 'trustRemoteCode' | 'maxTokens' | 'out'
  >;
}

/**
 * Makes the dataset of cut texts alone, or finds it there already.
 * @throws BalpmError (usage) for a dataset that is cut already; (data) where other texts are there.
 */
export async function cutDataset(options: CutOptions): Promise<DatasetManifest> {
  const dataset = await readDataset(options.settings.dataset);
  if (isCut(dataset.manifest))
    throw usageError(`Cannot cut ${quotePath(dataset.path)}: its prompts are cut already, whole ones are needed`);
  return publishCut(resolve(options.settings.out), dataset, await findCut(options, dataset));
}

/** What a killed extraction left is gone on with; nothing else may be there. */
async function refuseForeignDirectory(out: string): Promise<void> {
  if (!existsSync(out)) return;
  const store = join(out, 'features');
  clearAfterResult(store, workFolderOf(store, 'extract'));
  refuseExistingStore(store);
  if (!existsSync(join(out, PROMPTS_ALONE_FILE))) refuseExistingStore(out);
}

async function findCut(options: CutOptions, { path, manifest }: Dataset): Promise<Cut> {
  const { model, revision, trustRemoteCode, maxTokens, out } = options.settings;
  const params = { dataset: resolve(path), model: directoryOrId(model), revision, trustRemoteCode, maxTokens };
  const { signal, onProgress } = options;
  const { data, tensors } = await withOwnWorker({ ...options, device: 'cpu' }, (worker) =>
    worker.call(featuresCut, params, {}, { signal, onProgress }),
  );
  const source = {
    type: 'cut',
    promptCut: 'reference',
    dataset: manifest.name,
    datasetHash: manifest.hash,
    model: data.model,
    revision,
    tokenizerHash: data.tokenizerHash,
    maxTokens: data.maxTokens,
    cutItems: data.cutItems,
  };
  const kept = tensors['kept']?.values;
  if (!(kept instanceof Int32Array) || kept.length !== manifest.counts.items)
    throw dataError(
      `Cannot cut ${quotePath(path)}: the worker gave ${kept?.length ?? 'no'} cuts, ${manifest.counts.items} are needed`,
    );
  return { name: basename(resolve(out)), source, kept };
}

/** Appears whole or not at all; where a killed extraction had made it already, the two must be equal. */
async function publishCut(out: string, dataset: Dataset, cut: Cut): Promise<DatasetManifest> {
  const isThere = existsSync(out);
  const place = isThere ? workFolderOf(out, 'cut') : out;
  if (isThere) rmSync(place, { recursive: true, force: true });
  let made: DatasetManifest | undefined;
  await publishDirectory(place, async (temporary) => {
    made = await writeCutDataset(temporary, dataset, cut);
  });
  if (isThere) rmSync(place, { recursive: true, force: true });
  const found = await readDatasetManifest(out);
  if (!isThere || isDeepStrictEqual(found, made)) return found;
  throw dataError(
    `Cannot go on in ${quotePath(out)}: it holds texts that were cut from another dataset or by other settings, a new path is needed`,
  );
}
