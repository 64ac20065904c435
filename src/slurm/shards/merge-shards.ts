import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BalpmError, EXIT_STATUS } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type MergeOptions, mergeFeatures } from '../../features/extraction/merge-features.ts';
import { headlineOf } from '../../quality/headline-of.ts';
import { writeQualityPage } from '../../quality/write-quality-page.ts';
import { WorkerFailure } from '../../worker/worker-failure.ts';
import type { Campaign } from '../campaign/campaign.ts';
import type { ShardUnit } from '../campaign/unit.ts';
import type { UnitOutcome } from '../job/unit-outcome.ts';
import { checkModel } from './check-model.ts';
import type { ExtractionOrder } from './extraction-order.ts';
import { findOwnStores } from './find-own-stores.ts';
import { missingShards, reopenShard } from './missing-shards.ts';
import { placeColumns, stagedColumns } from './place-columns.ts';
import { shardFolder, shardsFolder } from './shard-files.ts';

/** Inputs to a merge. */
export interface ShardMerge {
  readonly campaign: Campaign;
  readonly order: ExtractionOrder;
  readonly machine: Omit<MergeOptions, 'settings'>;
  readonly note: (sentence: string) => void;
}

/**
 * Creates the store once every shard is complete, and its page of checks. Looks at the shards itself, because an ended
 * job need not have completed its shard; continues a store that an earlier merge began.
 * @throws BalpmError (data) if another store is at its path.
 */
export async function mergeShards(merge: ShardMerge): Promise<UnitOutcome> {
  const { campaign, order } = merge;
  const { out, columns } = order.settings;
  if (!existsSync(out)) {
    const missing = missingShards(campaign);
    if (missing.length > 0) return waitFor(out, missing);
    await checkModel(shardsFolder(campaign.paths), order);
    const damaged = await makeStores(merge);
    if (damaged !== null) return waitFor(out, [damaged]);
  }
  const stores = await findOwnStores(shardsFolder(campaign.paths), out);
  if (columns !== null) placeColumns(campaign.paths, columns);
  if (order.quality) for (const store of stores) await examine(store, merge);
  return { type: 'done', digest: null };
}

function waitFor(out: string, missing: readonly ShardUnit[]): UnitOutcome {
  const [what, are] = missing.length === 1 ? ['shard', 'is'] : ['shards', 'are'];
  const numbers = missing.map(({ index }) => index).join(', ');
  const message = `Cannot merge ${quotePath(out)}: ${what} ${numbers} of ${missing[0]?.count} ${are} not done; run the same submit command again to complete and merge them`;
  return { type: 'waiting', exitStatus: EXIT_STATUS.stopped, message };
}

/** Creates the stores; reopens and returns a shard whose parts are damaged. */
async function makeStores({ campaign, order, machine }: ShardMerge): Promise<ShardUnit | null> {
  const { dataset, out, columns } = order.settings;
  const shards = shardsFolder(campaign.paths);
  const staged = columns === null ? null : stagedColumns(campaign.paths);
  try {
    await mergeFeatures({ ...machine, settings: { dataset, folders: [shards], out, columns: staged } });
  } catch (error) {
    if (existsSync(out)) return null; // another merge was faster
    const damaged = damagedShard(campaign, shards, error);
    if (damaged === undefined) throw error;
    reopenShard(campaign, damaged, (error as WorkerFailure).message);
    return damaged;
  }
  return null;
}

function damagedShard({ units }: Campaign, shards: string, error: unknown): ShardUnit | undefined {
  const file = error instanceof WorkerFailure && error.kind === 'data' ? error.details['file'] : undefined;
  return units.find(
    (unit): unit is ShardUnit =>
      unit.kind === 'shard' && file?.startsWith(join(shardFolder(shards, unit), '/')) === true,
  );
}

/** Writes the page of checks; a store that cannot be examined is still valid. */
async function examine(store: string, { order, machine, note }: ShardMerge): Promise<void> {
  const { python, signal } = machine;
  try {
    const places = { out: null, train: null, validation: null };
    const request = { store, dataset: order.settings.dataset, python, signal, ...places };
    const { page, document } = await writeQualityPage(request);
    note(`${headlineOf(document.checks)} ${page}`);
  } catch (error) {
    if (signal.aborted || !(error instanceof BalpmError)) throw error;
    note(`note: the store was created, but could not be examined: ${error.message}`);
  }
}
