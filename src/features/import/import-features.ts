import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { z } from 'zod';
import { BalpmError } from '../../base/errors.ts';
import { publishDirectory } from '../../base/files/files.ts';
import { type Dataset, readDataset } from '../../data/dataset.ts';
import type { DatasetManifest } from '../../data/dataset-format.ts';
import { featuresAssemble } from '../../protocol/operations/features-assemble.ts';
import { featuresImport } from '../../protocol/operations/features-import.ts';
import { int32Tensor } from '../../worker/tensors/tensor.ts';
import { clearAfterResult, isResultThere, removeWorkFolder, workFolderOf } from '../extraction/work-folder.ts';
import { type CallWorker, type OwnWorkerOptions, useOwnWorker } from '../own-worker.ts';
import { refuseExistingStore } from '../store/refuse-existing-store.ts';
import type { StoreManifest } from '../store/store-format.ts';
import { importedTables } from './imported-tables.ts';
import { type JoinedTables, joinPrompts, missingPrompts, type SplitReport } from './join-prompts.ts';
import { type MatchedDataset, matchDataset } from './match-dataset.ts';
import { parsePromptSplits, resolvePromptSplits } from './prompt-splits.ts';
import type { RowSources } from './row-sources.ts';
import { writeUnnamedDataset } from './write-unnamed-dataset.ts';

/** A features dataset: a directory, or a hub id with its revision; `dimension` null takes what the columns say. */
type FeatureSource = z.input<typeof featuresImport.params>['pairs'];

/** What to import. */
export interface FeatureImportOptions extends OwnWorkerOptions {
  readonly pairs: FeatureSource;
  readonly prompts: FeatureSource;
  /** The dataset directory to make, its store in `features`; with `dataset`, the store. */
  readonly out: string;
  /** An existing dataset whose items are found by id; null makes a dataset without texts. */
  readonly dataset: string | null;
  /** Rules SPLIT=PROMPTS_SPLIT beside that of equal names. */
  readonly promptSplits: readonly string[];
  /** What becomes of pairs whose id has no prompt features. */
  readonly missing: 'refuse' | 'drop';
  readonly storeDtype: 'float32' | 'float16' | 'bfloat16';
  /** What is said of the columns of both tables. */
  readonly columns: z.input<typeof featuresImport.params>['columns'];
  /** Encoding of CSV files; null: UTF-8. */
  readonly encoding: string | null;
  readonly name: string | null;
  /** Decides sides. */
  readonly seed: number;
  readonly partBytes: number;
}

/** What came of an import. */
export interface FeatureImport {
  readonly dataset: Pick<DatasetManifest, 'name' | 'hash' | 'counts' | 'splits'>;
  readonly store: string;
  readonly storeId: string;
  readonly reports: readonly SplitReport[];
  readonly matched: Pick<MatchedDataset, 'unknownPairs' | 'differingRows'> | null;
  readonly converted: z.output<typeof featuresImport.data>;
  readonly peakMemoryMib: number;
}

/**
 * Converts published feature columns part by part and makes a dataset with its feature store, or the store of a
 * dataset there is. What a killed import had finished is kept beside `out` and not done again.
 * @throws BalpmError (usage) when `out` exists; (data) naming file, row and column, or the first pairs without prompts.
 */
export async function importFeatures(options: FeatureImportOptions): Promise<FeatureImport> {
  const work = workFolderOf(options.out, 'import');
  clearAfterResult(options.out, work);
  refuseExistingStore(options.out);
  parsePromptSplits(options.promptSplits); // before minutes of reading: what is no rule is told at once
  const dataset = options.dataset === null ? null : await readDataset(resolve(options.dataset));
  const result = await useOwnWorker(options, async (call) => {
    const converted = await call(featuresImport, {
      pairs: withAbsolutePath(options.pairs),
      prompts: withAbsolutePath(options.prompts),
      work,
      storeDtype: options.storeDtype,
      partBytes: options.partBytes,
      columns: options.columns,
      encoding: options.encoding,
    });
    try {
      const importing = { options, call, work, converted, joined: await joinTables(converted, work, options) };
      return await (dataset === null ? makeDataset(importing) : makeStore(importing, dataset));
    } catch (error) {
      if (isResultThere(options.out) || isBadData(error)) removeWorkFolder(work);
      throw error;
    }
  });
  removeWorkFolder(work);
  return result;
}

/** Whether the parts are of data that cannot be imported. */
const isBadData = (error: unknown): boolean => error instanceof BalpmError && error.kind === 'data';

const withAbsolutePath = (source: FeatureSource): FeatureSource => ({
  ...source,
  source: existsSync(source.source) ? resolve(source.source) : source.source,
});

type Converted = z.output<typeof featuresImport.data>;

interface Importing {
  readonly options: FeatureImportOptions;
  readonly call: CallWorker;
  readonly work: string;
  readonly converted: Converted;
  readonly joined: JoinedTables;
}

async function joinTables(converted: Converted, work: string, options: FeatureImportOptions): Promise<JoinedTables> {
  const pairs = importedTables(work, converted.tables, 'pairs');
  const prompts = importedTables(work, converted.tables, 'prompts');
  const splits = resolvePromptSplits(pairs.splits, prompts.splits, options.promptSplits);
  const joined = await joinPrompts(pairs, prompts, splits);
  const needed =
    options.dataset === null
      ? 'prompt features of every pair (or --missing drop) are needed'
      : 'prompt features of every item of the dataset are needed';
  if (options.missing === 'drop' && options.dataset === null) return joined;
  const failure = missingPrompts(joined.reports, needed);
  if (failure !== undefined) throw failure;
  return joined;
}

async function makeDataset(importing: Importing): Promise<FeatureImport> {
  const { options } = importing;
  const { seed, out } = options;
  let result: FeatureImport | undefined;
  await publishDirectory(out, async (temporary) => {
    const name = options.name ?? nameOf(options.pairs);
    const source = { ...describeSource(importing), missing: options.missing, seed };
    const written = await writeUnnamedDataset(temporary, importing.joined, { name, seed, source });
    const assembled = await assemble(importing, temporary, join(temporary, 'features'), written);
    result = { ...assembled, dataset: written.manifest, store: join(out, 'features'), matched: null };
  });
  return result as FeatureImport;
}

async function makeStore(importing: Importing, dataset: Dataset): Promise<FeatureImport> {
  const { out } = importing.options;
  const matched = await matchDataset(dataset, importing.joined);
  const assembled = await assemble(importing, dataset.path, resolve(out), { ...matched, manifest: dataset.manifest });
  return { ...assembled, dataset: dataset.manifest, store: out, matched };
}

interface Rows {
  readonly manifest: DatasetManifest;
  readonly prompts: RowSources;
  readonly responses: RowSources;
}

/** The store of a dataset whose rows' sources are known. */
async function assemble(
  importing: Importing,
  dataset: string,
  out: string,
  { manifest, prompts, responses }: Rows,
): Promise<Omit<FeatureImport, 'dataset' | 'store' | 'matched'>> {
  const { options, call, work, converted, joined } = importing;
  const { promptDimension, responseDimension } = converted;
  const data = await call(
    featuresAssemble,
    {
      work,
      dataset,
      out,
      storeDtype: options.storeDtype,
      promptDimension,
      responseDimension,
      promptParts: [...importedTables(work, converted.tables, 'prompts').parts],
      pairParts: [...importedTables(work, converted.tables, 'pairs').parts],
      source: describeSource(importing),
      stats: describeStats(importing),
    },
    {
      prompts: int32Tensor(prompts.sources(manifest.counts.prompts)),
      responses: int32Tensor(responses.sources(manifest.counts.responses)),
    },
  );
  return { storeId: data.id, reports: joined.reports, converted, peakMemoryMib: data.peakMemoryMib };
}

/** What the features depend on; a part of the store's id, so without paths of this machine. */
function describeSource({ options, joined, converted }: Importing): StoreManifest['source'] {
  const { pairs, prompts, storeDtype } = options;
  const joins = joined.reports.filter(({ promptSplit }) => promptSplit !== null);
  return {
    type: 'imported',
    pairs: nameOf(pairs),
    pairsRevision: pairs.revision,
    prompts: nameOf(prompts),
    promptsRevision: prompts.revision,
    promptSplits: joins.map(({ split, promptSplit }) => `${split}=${promptSplit}`).join(','),
    storeDtype,
    ...(converted.leftOut.length > 0 && { leftOut: describeLeftOut(converted) }),
  };
}

/** `prompts:__index_level_0__`, …; a store of which nothing was left aside says nothing, and keeps its id. */
const describeLeftOut = ({ leftOut }: Converted): string =>
  leftOut.map(({ table, column }) => `${table}:${column}`).join(',');

/** What the conversion cost, and how many pairs of each split have no prompt features. */
function describeStats({ converted, joined }: Importing): Record<string, number> {
  const { maxAbsoluteError, maxRelativeError, underflows } = converted;
  const missing = joined.reports.map(({ split, missing: count }) => [`missingPrompts.${split}`, count] as const);
  return { maxAbsoluteError, maxRelativeError, underflows, ...Object.fromEntries(missing) };
}

/** The directory's own name, or the hub id as given. */
const nameOf = ({ source }: FeatureSource): string => (existsSync(source) ? basename(resolve(source)) : source);
