import { join } from 'node:path';
import { loadSweep, type SweepCell } from '../../config/sweep.ts';
import { parseRunId } from '../../ledger/run-id.ts';
import { checkInputs } from '../../loop/open-cells.ts';
import { type NewCampaign, writeCampaign } from '../../slurm/campaign.ts';
import { cellIdentity } from '../../slurm/cell-config.ts';
import { findCellCampaign, newCellCampaign } from '../../slurm/freeze-cells.ts';
import type { CommandIo } from '../command.ts';
import { type HandIn, handIn, showScripts } from './hand-in.ts';
import type { CellFlags } from './submit.ts';

interface CellsToSubmit extends Omit<HandIn, 'campaign'> {
  /** `key=a,b`, as for a sweep. */
  readonly keys: readonly string[];
  readonly flags: CellFlags;
}

/** Hands the cells of a sweep to Slurm, or shows what would be handed in. */
export async function submitCells({ keys, ...asked }: CellsToSubmit, io: CommandIo): Promise<void> {
  const { flags } = asked;
  const cells = await loadSweep(flags.config, keys, cellIdentity);
  const { config } = (cells[0] as SweepCell).loaded;
  const root = join(config.output.dir, parseRunId(flags.id ?? config.name));
  const found = await findCellCampaign(root, cells);
  const fresh = found === null ? await newCellCampaign(cells) : null;
  if (flags.dryRun) return showScripts({ ...asked, found, fresh, root }, io);
  if (flags.check && flags.afterok === undefined) await checkInputs(cells, root);
  await handIn({ ...asked, campaign: found ?? writeCampaign(root, fresh as NewCampaign) }, io);
}
