import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { VERSION } from '../../base/package-info.ts';
import { configDifferences } from '../../config/config-differences.ts';
import { refuseExistingStore } from '../../features/store/refuse-existing-store.ts';
import { type Campaign, isCampaign, type NewCampaign, readCampaign, writeCampaign } from '../campaign/campaign.ts';
import type { Unit } from '../campaign/unit.ts';
import type { ExtractionOrder } from '../shards/extraction-order.ts';
import { findOwnStores } from '../shards/find-own-stores.ts';
import { shardsFolder } from '../shards/shard-files.ts';

/** An extraction and the number of its shards. */
export interface ExtractionToSubmit {
  readonly order: ExtractionOrder;
  readonly shards: number;
}

/** The directory of the campaign that creates the store `out`, beside it. */
export const extractionRoot = (out: string): string => `${out}.slurm`;

/** An extraction as a campaign that is not written yet: its shards, and their merge. */
export function newExtractionCampaign({ order, shards }: ExtractionToSubmit): NewCampaign {
  return {
    manifest: {
      id: randomBytes(4).toString('hex'),
      name: basename(order.settings.out),
      version: VERSION,
      workdir: process.cwd(),
      config: null,
      extraction: order,
    },
    units: unitsOf(shards),
    config: null,
  };
}

function unitsOf(count: number): Unit[] {
  const shards = Array.from({ length: count }, (_value, at): Unit => {
    const index = at + 1;
    return { kind: 'shard', id: `shard-${String(index).padStart(4, '0')}`, index, count };
  });
  return [...shards, { kind: 'merge', id: 'merge' }];
}

/**
 * The campaign that was submitted for this store, null if there is none yet.
 * @throws BalpmError (usage) if the submitted settings differ, naming them; if the store belongs to another extraction;
 * and if the directory of the campaign has other files.
 */
export async function findExtractionCampaign({ order, shards }: ExtractionToSubmit): Promise<Campaign | null> {
  const { out, columns } = order.settings;
  const root = extractionRoot(out);
  if (!isCampaign(root)) {
    refuseExistingStore(out);
    if (columns !== null) refuseExistingStore(columns);
    refuseForeignRoot(root);
    return null;
  }
  const campaign = await readCampaign(root);
  assertSame(campaign, { order, shards });
  if (existsSync(out)) await findOwnStores(shardsFolder(campaign.paths), out);
  return campaign;
}

/** A submission that was killed before it wrote the manifest leaves only `slurm`. */
function refuseForeignRoot(root: string): void {
  if (!existsSync(root)) return;
  const foreign = readdirSync(root).find((name) => name !== 'slurm');
  if (foreign !== undefined)
    throw usageError(
      `Cannot submit into ${quotePath(root)}: the directory has other files (${quotePath(foreign)}); move them away, or give another --out`,
    );
}

function assertSame({ paths, manifest, units }: Campaign, { order, shards }: ExtractionToSubmit): void {
  const { extraction } = manifest;
  const found =
    extraction === null
      ? ['it is not an extraction']
      : configDifferences(
          { ...extraction.settings, shards: units.filter(({ kind }) => kind === 'shard').length },
          { ...order.settings, shards },
          () => false,
        );
  if (found.length > 0)
    throw usageError(
      `Cannot submit into ${quotePath(paths.root)}: the submitted extraction differs (${found.join('; ')}); give the same settings, or another --out`,
    );
}

/** The campaign with this submission's devices, threads and interpreter, which may change between submissions. */
export function withMachine(campaign: Campaign, { devices, threads, python, quality }: ExtractionOrder): Campaign {
  const { manifest, units, paths } = campaign;
  const extraction = { ...(manifest.extraction as ExtractionOrder), devices, threads, python, quality };
  if (isDeepStrictEqual(extraction, manifest.extraction)) return campaign;
  const { schemaVersion: _version, kind: _kind, units: _hash, root: _root, ...rest } = manifest;
  return writeCampaign(paths.root, { manifest: { ...rest, extraction }, units, config: null });
}
