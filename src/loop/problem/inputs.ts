import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../base/text/canonical-json.ts';
import { type ExperimentConfig, memberStorePaths } from '../../config/experiment.ts';
import { type Dataset, readDataset } from '../../data/dataset.ts';
import type { SplitLabels } from '../../data/read-labels.ts';
import { readLabels } from '../../data/read-labels.ts';
import { assertStoreFits } from '../../features/store/assert-store-fits.ts';
import { assertPromptFeatures, readStoreManifest } from '../../features/store/store.ts';
import type { StoreRef } from '../../protocol/shapes.ts';
import { WORLD_VERSION, writeSyntheticWorld } from '../../synthetic/index.ts';
import { type ItemFiles, readItemFiles } from './item-files.ts';
import { type MemberStore, readMemberStores } from './member-stores.ts';

/** What a run reads before it starts. */
export interface Inputs {
  readonly dataset: Dataset;
  readonly labels: SplitLabels;
  readonly store: StoreRef;
  /** Dimension of the response features. */
  readonly dimension: number;
  /** The stores of `data.stores`, in its order; empty without. */
  readonly memberStores: readonly MemberStore[];
  readonly itemFiles: ItemFiles;
}

/** Equal for configurations that read the same inputs. */
export const inputsKey = ({ data, splits, acquisition }: ExperimentConfig): string =>
  hashOf({ data, pool: splits.pool, groups: acquisition.groups });

/** Loads dataset, labels and store references; a synthetic world is made on first use. @throws BalpmError (data, usage) */
export async function loadInputs(config: ExperimentConfig): Promise<Inputs> {
  const places = await locate(config);
  const dataset = await readDataset(places.dataset);
  const manifest = await readStoreManifest(places.store);
  await assertStoreFits(manifest, dataset, places.store);
  assertPromptFeatures(manifest, config.splits.pool, places.store);
  return {
    dataset,
    labels: await readLabels(dataset),
    store: { path: places.store, id: manifest.id },
    dimension: manifest.features.responses[1],
    memberStores: await readMemberStores(memberStorePaths(config.data) ?? [], manifest, dataset),
    itemFiles: await readItemFiles(config, dataset),
  };
}

async function locate({ data, output }: ExperimentConfig): Promise<{ dataset: string; store: string }> {
  if (data.type === 'directory') return data;
  const key = hashOf({ version: WORLD_VERSION, world: data.world });
  const directory = join(output.dir, '.cache', `synthetic-${key.slice(0, 16)}`);
  if (!existsSync(directory)) await writeWorldOnce(data.world, directory);
  return { dataset: directory, store: join(directory, 'features') };
}

/** Makes the world; when another process was faster, its copy is the same. */
async function writeWorldOnce(world: Parameters<typeof writeSyntheticWorld>[0], directory: string): Promise<void> {
  try {
    await writeSyntheticWorld(world, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
}
