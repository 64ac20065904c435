import { BalpmError } from '../../base/errors.ts';
import { extractShard } from '../../features/extraction/extract-features.ts';
import { prepareCut } from '../../features/extraction/reference-cut.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import { MOST_THREADS } from '../../worker/most-threads.ts';
import type { Campaign } from '../campaign/campaign.ts';
import { checkModel } from '../shards/check-model.ts';
import type { ExtractionOrder } from '../shards/extraction-order.ts';
import { mergeShards } from '../shards/merge-shards.ts';
import { shardsFolder } from '../shards/shard-files.ts';
import { outcomeOf, type UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker, UnitWorkerOptions } from './unit-worker.ts';

/** Works on the shards of an extraction, and merges them. */
export function openExtractionWorker(campaign: Campaign, options: UnitWorkerOptions): UnitWorker {
  const order = pinned(campaign.manifest.extraction as ExtractionOrder);
  const machine = {
    python: resolvePython(order.python),
    threads: order.threads ?? Math.min(options.job.cpus, MOST_THREADS),
    signal: options.signal,
    onProgress: options.observe,
  };
  return {
    lanes: 1,
    work: async (unit) => {
      try {
        if (unit.kind === 'merge') return await mergeShards({ campaign, order, machine, note: options.note });
        if (unit.kind !== 'shard') throw new BalpmError('internal', `'${unit.id}' is not a shard`);
        return await makeShard({ ...machine, devices: order.devices }, order, { campaign, unit });
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: async () => undefined,
  };
}

/** The frozen commit of a branch, which may have moved since. */
const pinned = (order: ExtractionOrder): ExtractionOrder => ({
  ...order,
  settings: { ...order.settings, revision: order.model?.commit ?? order.settings.revision },
});

type Machine = Omit<Parameters<typeof extractShard>[0], 'settings'>;

interface ShardOfCampaign {
  readonly campaign: Campaign;
  readonly unit: { readonly index: number; readonly count: number };
}

/** The first shard to begin freezes the list of model files; every shard compares it with the submitted files. */
async function makeShard(
  machine: Machine,
  order: ExtractionOrder,
  { campaign, unit }: ShardOfCampaign,
): Promise<UnitOutcome> {
  const folder = shardsFolder(campaign.paths);
  const shard = { index: unit.index, count: unit.count };
  await checkModel(folder, order);
  const asked = { ...machine, settings: { ...order.settings, out: folder } };
  await extractShard({ ...asked, settings: await prepareCut(asked, shard) }, shard);
  await checkModel(folder, order);
  return { type: 'done', digest: null };
}
