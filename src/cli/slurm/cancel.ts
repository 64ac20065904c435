import type { Command } from 'commander';
import { EXIT_STATUS, usageError } from '../../base/errors.ts';
import { suggestion } from '../../base/text/nearest-name.ts';
import { type Campaign, readCampaign } from '../../slurm/campaign/campaign.ts';
import { type Cancelled, cancelCampaign } from '../../slurm/campaign/cancel-campaign.ts';
import { jobArguments } from '../../slurm/submission/job-arguments.ts';
import { shellWord } from '../../slurm/submission/shell-word.ts';
import type { CommandIo } from '../command.ts';
import { withExamples } from '../options/with-examples.ts';
import { showPath } from '../terminal/show-path.ts';

interface CancelFlags {
  readonly cells?: readonly string[];
  readonly now?: boolean;
  readonly json?: boolean;
}

/** `balpm slurm cancel` */
export function registerCancel(parent: Command, io: CommandIo): void {
  withExamples(parent.command('cancel'), [
    'balpm slurm cancel runs/main',
    'balpm slurm cancel runs/main --cells random-s1,random-s2 --now',
  ])
    .description('end the jobs of a campaign and keep their results; the next submit continues')
    .argument('<dir>', 'campaign: the directory that submit printed')
    .option('--cells <a,b>', 'only these cells', (names: string) => names.split(','))
    .option('--now', 'kill running jobs at once, without waiting for the current round to be saved')
    .option('--json', 'print one JSON document')
    .action(async (root: string, flags: CancelFlags) => cancel(await readCampaign(root), flags, io));
}

async function cancel(campaign: Campaign, { cells, now, json }: CancelFlags, io: CommandIo): Promise<void> {
  if (cells !== undefined) assertKnown(campaign, cells);
  const { signal, note } = io;
  const done = await cancelCampaign(campaign, { cells: cells ?? null, isNow: now ?? false, signal, note });
  const root = showPath(campaign.paths.root);
  if (json) io.printDocument({ campaign: root, ...done });
  else io.printLines(render(done, root, now ?? false));
  if (done.left.length > 0) io.exitWith(EXIT_STATUS.stopped);
}

function assertKnown({ units, paths }: Campaign, cells: readonly string[]): void {
  const ids = units.map(({ id }) => id);
  const unknown = cells.find((cell) => !ids.includes(cell));
  if (unknown === undefined) return;
  throw usageError(
    `Cannot cancel '${unknown}': campaign '${showPath(paths.root)}' does not have that unit${suggestion(unknown, ids)}; list units with \`balpm slurm status ${shellWord(showPath(paths.root))} --json\``,
  );
}

function render({ units, jobs, left }: Cancelled, root: string, isNow: boolean): string[] {
  if (units.length === 0 && jobs === 0)
    return [`nothing to cancel: no job works on these units or will; see balpm slurm status ${shellWord(root)}`];
  const said = `${units.length} ${units.length === 1 ? 'unit' : 'units'} cancelled, ${jobs} ${jobs === 1 ? 'job' : 'jobs'} signalled to end`;
  if (left.length === 0) return [said];
  return [
    said,
    `still in the queue: ${jobArguments(left).join(' ')}`,
    `they end once the current step is saved: see balpm slurm status ${shellWord(root)}${isNow ? '' : '; with --now they end at once'}`,
  ];
}
