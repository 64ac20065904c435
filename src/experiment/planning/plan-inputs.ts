import { existsSync } from 'node:fs';
import { dataError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type ExperimentConfig, memberStorePaths } from '../../config/experiment.ts';
import { type Dataset, readDataset } from '../../data/dataset.ts';
import type { Column } from '../../data/items/read-columns.ts';
import { readLabels } from '../../data/read-labels.ts';
import { readStoreManifest } from '../../features/store/store.ts';
import { type Inputs, loadInputs } from '../../loop/problem/inputs.ts';
import { type ItemFiles, readItemFiles } from '../../loop/problem/item-files.ts';
import { previewWorld } from '../../synthetic/preview-world.ts';
import { type AssumedDataset, assumedDataset } from './assumed-dataset.ts';
import { type KnownSizes, knownAt, readKnownSizes } from './known-sizes.ts';

/** A feature store by its path; a world made on first use has none yet. */
interface StoreSize {
  readonly path: string | null;
  readonly mib: number;
}

/** What a plan is counted from: the inputs of the run as they are, or as they are known to become. */
export interface PlanInputs extends Inputs {
  /** Paths of what is not there and counts by its known size. */
  readonly absent: readonly string[];
  /** Those of them whose size is a guess. */
  readonly guessed: readonly string[];
  /** Dimension of the prompt features of `data.store`. */
  readonly promptDimension: number;
  /** The feature stores and what they take on disk. */
  readonly stores: readonly StoreSize[];
}

/**
 * Reads what a run would read and leaves nothing behind: a synthetic world is made in memory, and data of the paper that
 * are not there are replaced by their sizes. @throws BalpmError (data, usage) as the run would.
 */
export async function readPlanInputs(config: ExperimentConfig): Promise<PlanInputs> {
  const { data } = config;
  if (data.type === 'synthetic') return readWorld(config, data.world);
  const sizes = await readKnownSizes();
  const stores = [data.store, ...(memberStorePaths(data) ?? [])];
  const absent = [
    ...absentOf([data.dataset], sizes.datasets),
    ...absentOf(stores, sizes.stores),
    ...absentOf(data.columns, sizes.columns),
  ];
  if (absent.length > 0) return assumeInputs(config, { data, sizes, absent });
  const inputs = await loadInputs(config);
  const features = await Promise.all(stores.map(async (path) => (await readStoreManifest(path)).features));
  const mibOf = (index: number): number => toMib((features[index] as (typeof features)[number]).bytes);
  return {
    ...inputs,
    absent,
    guessed: [],
    promptDimension: (features[0] as (typeof features)[number]).prompts[1],
    stores: stores.map((path, index) => ({ path, mib: mibOf(index) })),
  };
}

const absentOf = (paths: readonly string[], known: Readonly<Record<string, unknown>>): string[] =>
  [...new Set(paths)].filter((path) => !existsSync(path) && knownAt(known, path) !== undefined);

type WorldConfig = Parameters<typeof previewWorld>[0];

async function readWorld(config: ExperimentConfig, world: WorldConfig): Promise<PlanInputs> {
  const preview = previewWorld(world);
  const itemFiles = await readItemFiles(config, preview.dataset);
  const { prompts, responses } = preview.dataset.manifest.counts;
  return {
    ...preview,
    store: { path: '', id: '' },
    memberStores: [],
    itemFiles,
    absent: [],
    guessed: [],
    promptDimension: world.promptDimension,
    stores: [{ path: null, mib: toMib(4 * (prompts * world.promptDimension + responses * preview.dimension)) }],
  };
}

type DirectoryData = Extract<ExperimentConfig['data'], { type: 'directory' }>;
interface Assumption {
  readonly data: DirectoryData;
  readonly sizes: KnownSizes;
  readonly absent: readonly string[];
}

async function assumeInputs(config: ExperimentConfig, assumption: Assumption): Promise<PlanInputs> {
  const { data, sizes, absent } = assumption;
  const known = absent.includes(data.dataset) ? knownAt(sizes.datasets, data.dataset) : undefined;
  const { dataset, labels } = known === undefined ? await readWhole(data.dataset) : assumedDataset(data.dataset, known);
  const main = await storeAt(data.store, assumption, dataset);
  const members = await Promise.all((data.stores ?? []).map((path) => storeAt(path, assumption, dataset)));
  return {
    dataset,
    labels,
    store: main.store,
    dimension: main.dimension,
    memberStores: members,
    itemFiles: await assumeItemFiles(config, assumption, dataset),
    absent,
    guessed: absent.filter((path) => knownAt(sizes.stores, path)?.isGuess),
    promptDimension: main.prompts,
    stores: [main, ...members].map(({ store: { path }, bytes }) => ({ path, mib: toMib(bytes) })),
  };
}

async function readWhole(path: string): Promise<AssumedDataset> {
  const dataset = await readDataset(path);
  return { dataset, labels: await readLabels(dataset) };
}

/** A store that is there is read even where its dataset is not: what it was made for is checked by the run. */
async function storeAt(path: string, { sizes, absent }: Assumption, { manifest: { counts } }: Dataset) {
  const known = absent.includes(path) ? knownAt(sizes.stores, path) : undefined;
  if (known === undefined) {
    const { id, features } = await readStoreManifest(path);
    return {
      store: { path, id },
      dimension: features.responses[1],
      prompts: features.prompts[1],
      bytes: features.bytes,
    };
  }
  const bytes = 4 * (counts.responses * known.responses + counts.prompts * known.prompts) + 12 * counts.items;
  return { store: { path, id: path }, dimension: known.responses, prompts: known.prompts, bytes };
}

/** Columns that are known get zeros; of items nobody has seen, a file of the user's can say nothing. */
async function assumeItemFiles(
  config: ExperimentConfig,
  { data, sizes, absent }: Assumption,
  dataset: Dataset,
): Promise<ItemFiles> {
  const there = data.columns.filter((path) => !absent.includes(path));
  const { groups } = config.acquisition;
  const [unplaced] = absent.includes(data.dataset) ? [...there, ...(groups === null ? [] : [groups])] : [];
  if (unplaced !== undefined) throw unplaceable(unplaced, data.dataset);
  const read = await readItemFiles({ ...config, data: { ...data, columns: there } }, dataset);
  const items = dataset.splits.get(config.splits.pool)?.ids.length ?? 0;
  const assumed = data.columns.flatMap((file) =>
    absent.includes(file)
      ? (knownAt(sizes.columns, file) ?? []).map((name): [string, Column] => [
          name,
          { file, values: new Float64Array(items) },
        ])
      : [],
  );
  return { ...read, columns: new Map([...read.columns, ...assumed]) };
}

const unplaceable = (file: string, dataset: string): Error =>
  dataError(
    `Cannot plan with ${quotePath(file)}: dataset ${quotePath(dataset)} is not there yet, so its items are unknown; leave the file out of the dry run, or make the dataset first`,
  );

const toMib = (bytes: number): number => bytes / 2 ** 20;
