import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { loadSweep, type SweepCell } from '../../config/sweep.ts';
import { readRates } from '../../experiment/cost/rates.ts';
import type { TrialOptions } from '../../experiment/cost/trial-bench.ts';
import { checkInputs } from '../../experiment/open-cells.ts';
import { parseRunId } from '../../ledger/run-id.ts';
import { type NewCampaign, writeCampaign } from '../../slurm/campaign/campaign.ts';
import { assertRoundsFit, type CampaignEstimate, estimateCampaign } from '../../slurm/campaign/estimate-campaign.ts';
import { cellIdentity } from '../../slurm/submission/cell-config.ts';
import { findCellCampaign, newCellCampaign } from '../../slurm/submission/freeze-cells.ts';
import type { CommandIo } from '../command.ts';
import type { PresetFlags } from '../options/with-preset.ts';
import { describePreset } from '../terminal/describe-preset.ts';
import { type HandIn, handIn, type SubmitFlags, showScripts } from './hand-in.ts';

/** Options of a submission of cells. */
export interface CellFlags extends SubmitFlags, PresetFlags {
  readonly config: string;
  readonly id?: string;
  readonly rates?: string;
}

interface CellsToSubmit extends Omit<HandIn, 'campaign'> {
  /** `key=a,b`, as for a sweep. */
  readonly keys: readonly string[];
  readonly flags: CellFlags;
}

/** Submits the cells of a sweep to Slurm, or shows what would be submitted. */
export async function submitCells({ keys, ...asked }: CellsToSubmit, io: CommandIo): Promise<void> {
  const { flags } = asked;
  const cells = await loadSweep(flags.config, keys, cellIdentity, flags.preset);
  const { config, choice } = (cells[0] as SweepCell).loaded;
  if (choice.preset !== null) io.note(`preset ${describePreset(choice.preset)}`);
  const root = join(config.output.dir, parseRunId(flags.id ?? config.name));
  const found = await findCellCampaign(root, cells);
  const fresh = found === null ? await newCellCampaign(cells) : null;
  const rates = flags.rates === undefined ? undefined : await readRates(flags.rates);
  const trial = { signal: io.signal, rates };
  if (flags.dryRun) {
    const estimate = flags.check ? await tryToEstimate(cells, root, trial) : null;
    return showScripts({ ...asked, found, fresh, root, estimate }, io);
  }
  if (flags.check && flags.afterok === undefined) {
    await checkInputs(cells, root);
    await assertRoundsFit(cells, { root, job: asked.profile.job, note: io.note, ...trial });
  }
  await handIn({ ...asked, campaign: found ?? writeCampaign(root, fresh as NewCampaign) }, io);
}

/** Cost of a submission; a failure to estimate it does not keep a dry run from showing the scripts. */
async function tryToEstimate(
  cells: readonly SweepCell[],
  root: string,
  options: TrialOptions,
): Promise<CampaignEstimate> {
  try {
    return await estimateCampaign(cells, root, options);
  } catch (error) {
    if (options.signal.aborted || options.rates !== undefined) throw error;
    return { cells: cells.map(() => ({ unknown: messageOf(error) })), basis: 'nothing' };
  }
}
