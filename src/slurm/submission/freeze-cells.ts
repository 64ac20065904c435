import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { VERSION } from '../../base/package-info.ts';
import { configDifferences } from '../../config/config-differences.ts';
import { experimentIdentity } from '../../config/identity.ts';
import { readConfigTree } from '../../config/load-tree.ts';
import type { SweepCell } from '../../config/sweep.ts';
import { isRunDirectory, readRunConfig, runPaths } from '../../ledger/run-directory.ts';
import { openSettings } from '../../posterior/open-settings.ts';
import { type Campaign, isCampaign, type NewCampaign, readCampaign } from '../campaign/campaign.ts';
import { campaignPaths } from '../campaign/campaign-paths.ts';
import type { CellUnit } from '../campaign/unit.ts';
import { openCellConfigs, unitOf } from './cell-config.ts';

/** The cells of a sweep as a campaign that is not written yet. */
export async function newCellCampaign(cells: readonly SweepCell[]): Promise<NewCampaign> {
  const { loaded } = cells[0] as SweepCell;
  const { tree } = await readConfigTree(loaded.path);
  return {
    manifest: {
      id: randomBytes(4).toString('hex'),
      name: loaded.config.name,
      version: VERSION,
      workdir: process.cwd(),
      config: loaded.path,
      extraction: null,
      ...(loaded.choice.preset !== null && { preset: loaded.choice.preset.name }),
    },
    units: cells.map(unitOf),
    config: { source: loaded.source, tree },
  };
}

/**
 * The campaign that was submitted at `root`, null if there is none yet.
 * @throws BalpmError (usage) when its cells differ, naming the keys that differ.
 */
export async function findCellCampaign(root: string, cells: readonly SweepCell[]): Promise<Campaign | null> {
  if (!isCampaign(root)) {
    await assertSameRuns(root, cells);
    return null;
  }
  const campaign = await readCampaign(root);
  const before = new Map(campaign.units.map((unit) => [unit.id, unit]));
  for (const cell of cells) {
    const earlier = before.get(cell.id);
    if (earlier?.kind === 'cell') await assertSameCell(campaign, earlier, cell);
  }
  assertSameIds(
    root,
    [...before.keys()],
    cells.map(({ id }) => id),
  );
  return campaign;
}

async function assertSameCell(campaign: Campaign, earlier: CellUnit, cell: SweepCell): Promise<void> {
  if (unitOf(cell).identity === earlier.identity) return;
  const { config } = (await openCellConfigs(campaign))(earlier);
  const differences = configDifferences(
    { ...experimentIdentity(config), data: config.data, groups: config.acquisition.groups },
    {
      ...experimentIdentity(cell.loaded.config),
      data: cell.loaded.config.data,
      groups: cell.loaded.config.acquisition.groups,
    },
    () => false,
  );
  throw changed(campaign.paths.root, `the configuration of cell '${cell.id}' differs (${differences.join('; ')})`);
}

function assertSameIds(root: string, before: readonly string[], now: readonly string[]): void {
  const gone = without(before, now);
  const added = without(now, before);
  if (gone.length > 0 || added.length > 0)
    throw changed(
      root,
      [listed('does not have', gone), listed('also has', added)].filter((text) => text !== '').join(', '),
    );
}

function without(ids: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
}

const listed = (what: string, ids: readonly string[]): string =>
  ids.length === 0
    ? ''
    : `the grid ${what} ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;

const changed = (root: string, found: string) =>
  usageError(`Cannot submit into ${quotePath(root)}: ${found}; give the submitted configuration, or a new --id`);

/** Compares runs that a sweep without Slurm has left in the directory. */
async function assertSameRuns(root: string, cells: readonly SweepCell[]): Promise<void> {
  if (!existsSync(root)) return;
  for (const { id, loaded } of cells) {
    if (!isRunDirectory(join(root, id))) continue;
    const before = await readRunConfig(runPaths(join(root, id)));
    const open = new Set(openSettings(loaded.config.posterior).map((key) => `posterior.${key}`));
    const differences = configDifferences(experimentIdentity(before), experimentIdentity(loaded.config), (key) =>
      open.has(key),
    );
    if (differences.length > 0)
      throw changed(root, `the configuration of run '${id}' differs (${differences.join('; ')})`);
  }
}

/** A campaign that is only planned, for a dry run. */
export const plannedCampaign = (root: string, { manifest }: NewCampaign): Pick<Campaign, 'paths' | 'manifest'> => ({
  paths: campaignPaths(root),
  manifest: { schemaVersion: 1, kind: 'balpm-slurm-campaign', ...manifest, root, units: '' },
});
