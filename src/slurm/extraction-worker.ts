import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BalpmError, EXIT_STATUS } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { extractShard } from '../features/extract-features.ts';
import { mergeFeatures } from '../features/merge-features.ts';
import { headlineOf } from '../features/quality/headline-of.ts';
import { writeQualityPage } from '../features/quality/write-quality-page.ts';
import { prepareCut } from '../features/reference-cut.ts';
import { resolvePython } from '../python/interpreter.ts';
import type { Campaign } from './campaign.ts';
import type { ExtractionOrder } from './extraction-order.ts';
import { listStandings } from './results.ts';
import { outcomeOf, type UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker, UnitWorkerOptions } from './unit-worker.ts';

/** Folder of an extraction's campaign in which its shards lie. */
export const SHARDS = 'shards';

/** Works on the shards of an extraction, and merges them. */
export function openExtractionWorker(campaign: Campaign, options: UnitWorkerOptions): UnitWorker {
  const order = campaign.manifest.extraction as ExtractionOrder;
  const shared = {
    python: resolvePython(order.python ?? undefined),
    threads: order.threads ?? availableParallelism(),
    signal: options.signal,
    onProgress: options.observe,
  };
  const folder = join(campaign.paths.root, SHARDS);
  return {
    lanes: 1,
    work: async (unit) => {
      try {
        if (unit.kind === 'merge') return await merge(campaign, { ...shared, order, folder, note: options.note });
        if (unit.kind !== 'shard') throw new BalpmError('internal', `'${unit.id}' is no shard`);
        const asked = { ...shared, devices: order.devices, settings: { ...order.settings, out: folder } };
        const shard = { index: unit.index, count: unit.count };
        await extractShard({ ...asked, settings: await prepareCut(asked, shard) }, shard);
        return { type: 'done', digest: null };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: async () => undefined,
  };
}

interface Merging extends Pick<UnitWorkerOptions, 'note' | 'signal'> {
  readonly order: ExtractionOrder;
  readonly folder: string;
  readonly python: string;
  readonly threads: number;
  readonly onProgress: UnitWorkerOptions['observe'];
}

/** Merges once every shard has said that it is done; a store that is there already was made by a merge before. */
async function merge(campaign: Campaign, merging: Merging): Promise<UnitOutcome> {
  const { order, folder, note: _note, ...shared } = merging;
  const { dataset, out, columns } = order.settings;
  const missing = missingShards(campaign);
  if (missing.length > 0)
    return { type: 'waiting', exitStatus: EXIT_STATUS.stopped, message: incomplete(out, missing) };
  const settings = { dataset, folders: [folder], out, columns };
  const stores = existsSync(out)
    ? storesIn(out, order.settings.outputs.length)
    : (await mergeFeatures({ ...shared, settings })).counts.stores.map(({ path }) => path);
  if (order.quality) for (const store of stores) await examine(store, merging);
  return { type: 'done', digest: null };
}

function missingShards({ units, paths }: Campaign): number[] {
  const standings = listStandings(paths.results);
  return units.flatMap((unit) => (unit.kind === 'shard' && standings.get(unit.id) !== 'done' ? [unit.index] : []));
}

const incomplete = (out: string, missing: readonly number[]): string =>
  `Cannot merge ${quotePath(out)}: ${missing.length === 1 ? 'shard' : 'shards'} ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not done; submit the same again, which does what is missing and merges then`;

/** Several kinds of features are a folder of stores. */
const storesIn = (out: string, outputs: number): string[] =>
  outputs === 1 ? [out] : readdirSync(out).map((name) => join(out, name));

/** The page of checks; a store that cannot be examined is there all the same. */
async function examine(store: string, { order, python, signal, note }: Merging): Promise<void> {
  try {
    const places = { out: null, train: null, validation: null };
    const request = { store, dataset: order.settings.dataset, python, signal, ...places };
    const { page, document } = await writeQualityPage(request);
    note(`${headlineOf(document.checks)} ${page}`);
  } catch (error) {
    if (signal.aborted || !(error instanceof BalpmError)) throw error;
    note(`note: the store is made, but not examined: ${error.message}`);
  }
}
