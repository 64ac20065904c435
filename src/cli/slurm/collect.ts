import { join } from 'node:path';
import type { Command } from 'commander';
import { headline } from '../../report/headline.ts';
import { writeReport } from '../../report/write-report.ts';
import { type Campaign, readCampaign } from '../../slurm/campaign/campaign.ts';
import { collectCells } from '../../slurm/campaign/collect-cells.ts';
import { type CollectedStore, collectStores } from '../../slurm/campaign/collect-stores.ts';
import type { CommandIo } from '../command.ts';
import { renderComparison } from '../compare/render-comparison.ts';
import { type ComparisonFlags, withComparisonOptions } from '../options/comparison-flags.ts';
import { withExamples } from '../options/with-examples.ts';
import { showPath } from '../terminal/show-path.ts';

interface CollectFlags extends ComparisonFlags {
  readonly allowPartial?: boolean;
  readonly out?: string;
}

/** `balpm slurm collect` */
export function registerCollect(parent: Command, io: CommandIo): void {
  const command = withExamples(parent.command('collect'), [
    'balpm slurm collect runs/main',
    'balpm slurm collect runs/main --allow-partial --metric accuracy',
  ])
    .description('check every cell, then compare and report as without Slurm; for an extraction, list its stores')
    .argument('<dir>', 'campaign: the directory that submit printed')
    .option('--allow-partial', 'collect the completed cells even if others are not done')
    .option('--out <dir>', 'directory for the report (default: `report` in the campaign)');
  withComparisonOptions(command, { json: 'print one JSON document' }).action(
    async (root: string, flags: CollectFlags) => {
      const campaign = await readCampaign(root);
      const { extraction } = campaign.manifest;
      if (extraction === null) await collectRuns(campaign, flags, io);
      else showStores(campaign, await collectStores(campaign, extraction.settings.out), flags, io);
    },
  );
}

async function collectRuns(campaign: Campaign, flags: CollectFlags, io: CommandIo): Promise<void> {
  const { records, missing } = await collectCells(campaign, flags.allowPartial ?? false);
  const { page, figures, comparison } = await writeReport(
    records,
    flags.out ?? join(campaign.paths.root, 'report'),
    flags,
  );
  const verdict = headline(comparison);
  const left = missing.length === 0 ? '' : `, ${missing.length} are not done`;
  io.note(`${records.length} cells checked: digests and configurations match the campaign${left}`);
  if (flags.json) {
    const root = showPath(campaign.paths.root);
    io.printDocument({
      campaign: root,
      cells: records.length,
      missing,
      report: page,
      figures,
      headline: verdict,
      comparison,
    });
    return;
  }
  io.printLines(renderComparison(comparison));
  io.note(verdict);
  io.print(page);
}

function showStores(
  campaign: Campaign,
  stores: readonly CollectedStore[],
  { json }: CollectFlags,
  io: CommandIo,
): void {
  if (json) io.printDocument({ campaign: showPath(campaign.paths.root), stores });
  else
    io.printLines(
      stores.flatMap(({ store, id, manifest, quality }) => [
        `${showPath(store)}  ${id}`,
        `  manifest ${showPath(manifest)}`,
        `  quality  ${quality === null ? 'no page; create it with balpm features quality' : showPath(quality)}`,
      ]),
    );
}
