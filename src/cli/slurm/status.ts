import type { Command } from 'commander';
import { readCampaign } from '../../slurm/campaign.ts';
import { surveyCampaign } from '../../slurm/survey.ts';
import type { CommandIo } from '../command.ts';
import { renderTable } from '../render-table.ts';
import { withExamples } from '../with-examples.ts';

/** `balpm slurm status` */
export function registerStatus(parent: Command, io: CommandIo): void {
  withExamples(parent.command('status'), ['balpm slurm status runs/main'])
    .description('how every unit of a campaign stands')
    .argument('<dir>', 'campaign: the directory that submit printed')
    .action(async (root: string) => {
      const { units } = await surveyCampaign(await readCampaign(root), io.signal);
      io.printLines(renderTable(units.map(({ unit, state }) => ({ unit: unit.id, state }))));
    });
}
