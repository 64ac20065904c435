import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BalpmError, dataError, usageError } from '../../base/errors.ts';
import { hashFile, publishDirectory, quotePath, readableReason, readText } from '../../base/files/files.ts';
import { requireRegular } from '../../base/files/regular-file.ts';
import { hashOf } from '../../base/text/canonical-json.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import { checkFinite } from './check-finite.ts';
import { checkItemTables } from './check-item-tables.ts';
import { readSafetensorsShapes, type StoredTensor, tensorOf, writeSafetensors } from './safetensors.ts';
import { checkContent, rowsOf, type StoreContent } from './store-content.ts';
import { StoreManifest } from './store-format.ts';

export type { FeatureMatrix, StoreContent } from './store-content.ts';

const MANIFEST_FILE = 'manifest.json';
const FEATURES_FILE = 'features.safetensors';
const TENSOR_NAMES = ['prompts', 'responses'] as const;
/**
 * Reads and checks the manifest of a feature store directory.
 * @throws BalpmError (data) naming the file and the field.
 */
export async function readStoreManifest(path: string): Promise<StoreManifest> {
  const file = join(path, MANIFEST_FILE);
  const text = await readText(file, 'feature store manifest');
  const parsed = StoreManifest.safeParse(parseOrNothing(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.length ? `field '${issue.path.join('.')}': ${issue.message}` : 'it is not a JSON object';
    throw dataError(
      `Cannot read feature store manifest ${quotePath(file)}: ${where}, a balpm-features manifest is needed`,
    );
  }
  checkId(parsed.data, file);
  checkModelFiles(parsed.data, file);
  return parsed.data;
}

/**
 * Refuses a store that was made for another dataset, or that has another number of rows than the dataset has texts.
 * @throws BalpmError (data) naming both datasets, or the rows.
 */
export function assertStoreBelongs(
  manifest: StoreManifest,
  dataset: Pick<DatasetManifest, 'name' | 'hash' | 'counts'>,
  path: string,
): void {
  if (manifest.dataset.hash === dataset.hash) {
    for (const name of TENSOR_NAMES) assertRows(manifest, name, dataset.counts[name], path);
    return;
  }
  const made = `'${manifest.dataset.name}' (${manifest.dataset.hash.slice(0, 12)}…)`;
  const needed = `'${dataset.name}' (${dataset.hash.slice(0, 12)}…)`;
  throw dataError(
    `Cannot use feature store ${quotePath(path)}: it was made for dataset ${made}, dataset ${needed} is needed`,
  );
}

function assertRows(manifest: StoreManifest, name: 'prompts' | 'responses', rows: number, path: string): void {
  const found = manifest.features[name][0];
  if (found === rows) return;
  throw dataError(
    `Cannot use feature store ${quotePath(path)}: it has ${found} rows of ${name} where its dataset has ${rows}; extract or import features of this dataset again`,
  );
}

/**
 * Refuses a store of imported features that has no prompt features of the split batches are chosen from.
 * @throws BalpmError (usage) naming the splits that have them.
 */
export function assertPromptFeatures({ source }: StoreManifest, pool: string, path: string): void {
  if (source['type'] !== 'imported' || typeof source['promptSplits'] !== 'string') return;
  const splits = source['promptSplits'].split(',').map((pairing) => pairing.split('=')[0] as string);
  if (splits.includes(pool)) return;
  throw usageError(
    `Cannot choose batches from split '${pool}': feature store ${quotePath(path)} has no prompt features of it, one of ${splits.map((split) => `'${split}'`).join(', ')} is needed`,
  );
}

/**
 * Checks that the tensors of a store are those its manifest names (size, SHA-256, shapes), that its tables of items name
 * rows there are, and that features are finite.
 * @throws BalpmError (data) naming the file, and tensor and row of a feature that is not finite.
 */
export async function checkStoreFiles(path: string, manifest: StoreManifest): Promise<void> {
  const file = join(path, FEATURES_FILE);
  const bytes = await sizeOfFile(file);
  if (bytes !== manifest.features.bytes) throw foreign(file, `it has ${bytes} bytes`, `${manifest.features.bytes} are`);
  const found = await hashFile(file);
  if (found !== manifest.features.sha256)
    throw foreign(file, `its SHA-256 is ${found}`, `${manifest.features.sha256} is`);
  await checkItemTables(file, await readStoreShapes(path, manifest), manifest.features);
  for (const name of TENSOR_NAMES) await checkFinite(file, name, manifest.features.dtype, manifest.features[name][1]);
}

/** Element types and shapes of a store's tensors by name. @throws BalpmError (data) where they are not the manifest's. */
export async function readStoreShapes(
  path: string,
  manifest: StoreManifest,
): Promise<Awaited<ReturnType<typeof readSafetensorsShapes>>> {
  const file = join(path, FEATURES_FILE);
  const shapes = await readSafetensorsShapes(file);
  for (const name of TENSOR_NAMES) checkShape(file, name, manifest, shapes.get(name));
  return shapes;
}

/**
 * Writes a feature store directory: all of it appears, or nothing. Gives back its manifest.
 * @throws BalpmError (usage) when `path` exists; (data) when rows, indices or values do not fit the dataset.
 */
export async function writeStore(path: string, content: StoreContent): Promise<StoreManifest> {
  checkContent(path, content);
  let manifest: StoreManifest | undefined;
  await publishDirectory(path, async (temporary) => {
    const file = join(temporary, FEATURES_FILE);
    writeSafetensors(file, tensorsOf(content));
    manifest = manifestOf(content, await hashFile(file), await sizeOfFile(file));
    await writeFile(join(temporary, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  });
  return manifest as StoreManifest;
}

function tensorsOf({ prompts, responses, splits }: StoreContent): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  tensors.set('prompts', tensorOf(prompts.values, [rowsOf(prompts), prompts.dimension]));
  tensors.set('responses', tensorOf(responses.values, [rowsOf(responses), responses.dimension]));
  for (const [name, rows] of splits) tensors.set(name, tensorOf(rows, [rows.length / 3, 3]));
  return tensors;
}

function manifestOf(content: StoreContent, sha256: string, bytes: number): StoreManifest {
  const { dataset, source, prompts, responses, stats = {} } = content;
  return {
    schemaVersion: 1,
    kind: 'balpm-features',
    id: storeId(dataset.hash, sha256, source),
    dataset: { name: dataset.name, hash: dataset.hash },
    features: {
      file: FEATURES_FILE,
      sha256,
      bytes,
      dtype: 'float32',
      prompts: [rowsOf(prompts), prompts.dimension],
      responses: [rowsOf(responses), responses.dimension],
    },
    source,
    stats,
  };
}

const storeId = (dataset: string, features: string, source: StoreManifest['source']): string =>
  hashOf({ dataset, features, source });

function checkId(manifest: StoreManifest, file: string): void {
  const expected = storeId(manifest.dataset.hash, manifest.features.sha256, manifest.source);
  if (manifest.id === expected) return;
  throw dataError(
    `Cannot read feature store manifest ${quotePath(file)}: its id is ${manifest.id}, ${expected} is needed for its content`,
  );
}

function checkModelFiles({ modelFiles, source }: StoreManifest, file: string): void {
  if (modelFiles === undefined || hashOf(modelFiles) === source['modelHash']) return;
  throw dataError(
    `Cannot read feature store manifest ${quotePath(file)}: the hash of its modelFiles is ${hashOf(modelFiles)}, that of its source (${source['modelHash']}) is needed`,
  );
}

function checkShape(
  file: string,
  name: 'prompts' | 'responses',
  manifest: StoreManifest,
  found: Pick<StoredTensor, 'dtype' | 'shape'> | undefined,
): void {
  const text = found === undefined ? 'missing' : `${found.dtype} ${found.shape.join(' × ')}`;
  const needed = `${manifest.features.dtype} ${manifest.features[name].join(' × ')}`;
  if (text !== needed) throw foreign(file, `tensor '${name}' is ${text}`, `${needed} is`);
}

async function sizeOfFile(file: string): Promise<number> {
  try {
    await requireRegular(file);
    return (await stat(file)).size;
  } catch (error) {
    throw foreign(file, readableReason(error), 'a readable file is');
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

const foreign = (file: string, found: string, needed: string): BalpmError =>
  dataError(`Cannot read features ${quotePath(file)}: ${found}, ${needed} needed`);
