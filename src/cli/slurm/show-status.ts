import type { Campaign } from '../../slurm/campaign/campaign.ts';
import { type CampaignStatus, describeUnit, readCampaignStatus } from '../../slurm/campaign/campaign-status.ts';
import { watchCampaign } from '../../slurm/campaign/watch-campaign.ts';
import type { CommandIo } from '../command.ts';
import { showPath } from '../terminal/show-path.ts';
import { renderStatus } from './render-status.ts';
import { createStatusProgress } from './status-progress.ts';

interface StatusFlags {
  /** Whether to wait until no unit is pending or running. */
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Prints the status of a campaign, at once or at its end, and sets the exit status. */
export async function showStatus(campaign: Campaign, { watch, json }: StatusFlags, io: CommandIo): Promise<void> {
  const status = await (watch ? watched(campaign, io) : readCampaignStatus(campaign, io.signal));
  if (json) io.printDocument(documentOf(status));
  else io.printLines(renderStatus(status));
  io.exitWith(status.exitStatus);
}

async function watched(campaign: Campaign, io: CommandIo): Promise<CampaignStatus> {
  const { observe, close } = createStatusProgress(io);
  try {
    return await watchCampaign(campaign, { signal: io.signal, observe });
  } finally {
    close();
  }
}

function documentOf(status: CampaignStatus) {
  const { campaign, counts, survey, accounting } = status;
  return {
    campaign: showPath(campaign.paths.root),
    id: campaign.manifest.id,
    counts,
    queueProblem: survey.queueProblem,
    accountingProblem: accounting.problem,
    units: survey.units
      .map((unit) => describeUnit(status, unit))
      .map((unit) => ({ ...unit, log: unit.log === null ? null : showPath(unit.log) })),
  };
}
