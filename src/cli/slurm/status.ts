import type { Command } from 'commander';
import { readCampaign } from '../../slurm/campaign/campaign.ts';
import type { CommandIo } from '../command.ts';
import { withExamples } from '../options/with-examples.ts';
import { showStatus } from './show-status.ts';

/** `balpm slurm status` */
export function registerStatus(parent: Command, io: CommandIo): void {
  withExamples(parent.command('status'), ['balpm slurm status runs/main', 'balpm slurm status runs/main --watch'])
    .description(
      'show the state of every unit of a campaign; status 0: all done, 75: not yet, 5: some failed, none pending',
    )
    .argument('<dir>', 'campaign: the directory that submit printed')
    .option('--watch', 'look again every 30 to 180 s until no unit is pending or running')
    .option('--json', 'print one JSON document with every unit')
    .action(async (root: string, flags: { readonly watch?: boolean; readonly json?: boolean }) =>
      showStatus(await readCampaign(root), flags, io),
    );
}
