import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { z } from 'zod';
import { BalpmError } from '../../base/errors.ts';
import { readDatasetManifest } from '../../data/dataset.ts';
import { type DoubledToken, featuresExtract, type Shard } from '../../protocol/operations/features-extract.ts';
import { WorkerFailure } from '../../worker/worker-failure.ts';
import { type CallWorker, callOwnWorker, type OwnWorkerOptions, useOwnWorker } from '../own-worker.ts';
import { refuseExistingStore } from '../store/refuse-existing-store.ts';
import { combineProgress } from './combine-progress.ts';
import { refuseForeignFolder } from './extraction-folder.ts';
import { extractionParams } from './extraction-params.ts';
import type { ExtractionSettings } from './extraction-settings.ts';
import { type Merge, mergeWith } from './merge-features.ts';
import { clearAfterResult, isResultThere, removeWorkFolder, workFolderOf } from './work-folder.ts';

type Summed = 'ownParts' | 'keptParts' | 'tokens' | 'positions';

export interface ExtractionOptions extends Omit<OwnWorkerOptions, 'device'> {
  readonly settings: ExtractionSettings;
  /** One process each, which share the parts. */
  readonly devices: readonly string[];
}

/** What a process of an extraction did, or several of them together. */
export type PartsMade = z.output<typeof featuresExtract.data>;

/** What an extraction gave: counts of its parts, and the stores that now exist. */
export interface Extraction extends Merge {
  readonly made: PartsMade;
}

/**
 * Embeds the unique texts of a dataset in workers of its own and writes the store `settings.out`, or one store for each
 * kind of features in it. Parts of an extraction that was stopped are kept and gone on with; those
 * of data that cannot be embedded go.
 * @throws BalpmError (usage) when the store exists; (data) when dataset or model cannot be read, or when parts of other
 * settings lie beside the store; those of startWorker.
 */
export async function extractFeatures(options: ExtractionOptions): Promise<Extraction> {
  const { out, columns, dataset } = options.settings;
  const work = workFolderOf(out, 'extract');
  clearAfterResult(out, work);
  refuseExistingStore(out);
  if (columns !== null) refuseExistingStore(columns);
  await readDatasetManifest(dataset); // before a worker starts: a wrong directory is told at once
  const isNew = !existsSync(work);
  try {
    const result = await withFirstWorker(options, async (process) => {
      const made = await makeParts(process, work, { index: 1, count: 1, isShard: false });
      return { ...(await mergeWith(process.call, { dataset, folders: [work], out, columns })), made };
    });
    removeWorkFolder(work);
    return result;
  } catch (error) {
    if (isResultThere(out) || isOfNoUse(error, isNew)) removeWorkFolder(work);
    throw error;
  }
}

/** Whether parts of a command that failed help no other: the data refuses what they are made for. */
function isOfNoUse(error: unknown, isNew: boolean): boolean {
  if (!(error instanceof BalpmError && error.kind === 'data')) return false;
  return isNew || (error instanceof WorkerFailure && error.details['parts'] === 'useless');
}

/**
 * Embeds one shard of a dataset into parts in the folder `settings.out`, which all shards may have in common; a shard
 * that is there already costs its checksums alone.
 * @throws BalpmError (usage) when other things lie there; (data) as extractFeatures.
 */
export async function extractShard(options: ExtractionOptions, shard: Shard): Promise<PartsMade> {
  const { dataset, out } = options.settings;
  refuseForeignFolder(out);
  await readDatasetManifest(dataset);
  return withFirstWorker(options, (process) => makeParts(process, resolve(out), { ...shard, isShard: true }));
}

/** A shard of the parts; without --shard the whole of them. */
interface Block extends Shard {
  readonly isShard: boolean;
}

/** The first of the processes lives as long as there is something to do; its progress is that of all of them. */
interface FirstWorker extends ExtractionOptions {
  readonly call: CallWorker;
  readonly progressOf: (index: number) => OwnWorkerOptions['onProgress'];
  /** Ends all of them: what one cannot do the others cannot finish. */
  readonly stop: () => void;
}

function withFirstWorker<Result>(
  options: ExtractionOptions,
  use: (process: FirstWorker) => Promise<Result>,
): Promise<Result> {
  const progressOf = combineProgress(options.devices.length, options.onProgress);
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const own = { ...options, signal, device: options.devices[0] as string, onProgress: progressOf(0) };
  return useOwnWorker(own, (call) => use({ ...options, signal, call, progressOf, stop: () => failed.abort() }));
}

async function makeParts(process: FirstWorker, work: string, { isShard, ...shard }: Block): Promise<PartsMade> {
  const { call, progressOf, stop, ...options } = process;
  const { settings, devices } = options;
  const make = (device: string, index: number, count: number): Promise<PartsMade> => {
    const params = extractionParams(settings, { work, shard, share: { index: index + 1, count }, device });
    if (index === 0) return call(featuresExtract, params);
    return callOwnWorker(featuresExtract, params, { ...options, device, onProgress: progressOf(index) });
  };
  const shares = await allOrFirstError(
    devices.map((device, index) => make(device, index, devices.length)),
    stop,
  );
  const together = { ...(shares[0] as PartsMade), ...sumOf(shares) };
  // A shard as a whole is checked, and said to be there, by one process; a merge checks every part itself.
  if (devices.length > 1 && isShard) await make(devices[0] as string, 0, 1);
  return together;
}

/** Waits for all, so that no process is left; then throws the first error there was in time. */
async function allOrFirstError<Value>(promises: readonly Promise<Value>[], onError: () => void): Promise<Value[]> {
  let first: { readonly error: unknown } | undefined;
  const noted = promises.map((promise) =>
    promise.catch((error: unknown) => {
      first ??= { error };
      onError();
      throw error;
    }),
  );
  const settled = await Promise.allSettled(noted);
  if (first !== undefined) throw first.error;
  return settled.map((result) => (result as PromiseFulfilledResult<Value>).value);
}

/** Counts of all shares; they were made side by side, so the longest took the time. */
function sumOf(shares: readonly PartsMade[]): Pick<PartsMade, Summed | 'doubledTokens' | 'wallSeconds'> {
  const sum = (name: Summed) => shares.reduce((total, share) => total + share[name], 0);
  return {
    ownParts: sum('ownParts'),
    keptParts: sum('keptParts'),
    tokens: sum('tokens'),
    positions: sum('positions'),
    doubledTokens: sumByToken(shares.flatMap((share) => share.doubledTokens)),
    wallSeconds: Math.max(...shares.map((share) => share.wallSeconds)),
  };
}

function sumByToken(doubled: readonly DoubledToken[]): DoubledToken[] {
  const texts = new Map<string, number>();
  for (const each of doubled) texts.set(each.token, (texts.get(each.token) ?? 0) + each.texts);
  return [...texts].map(([token, count]) => ({ token, texts: count }));
}
