import { type Command, Option } from 'commander';
import { environmentError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type Campaign, jobNameOf, readCampaign } from '../../slurm/campaign/campaign.ts';
import { followLog } from '../../slurm/campaign/follow-log.ts';
import { findUnitLog, type UnitLog } from '../../slurm/campaign/unit-log.ts';
import type { CommandIo } from '../command.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { showPath } from '../terminal/show-path.ts';

interface LogsFlags {
  readonly attempt?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** `balpm slurm logs` */
export function registerLogs(parent: Command, io: CommandIo): void {
  withExamples(parent.command('logs'), [
    'balpm slurm logs runs/main random-s1',
    'balpm slurm logs runs/main random-s1 --attempt 1',
    'balpm slurm logs runs/main random-s1 --follow',
  ])
    .description('print the log of one cell: of its last attempt, or of another')
    .argument('<dir>', 'campaign: the directory that submit printed')
    .argument('<cell>', 'cell, by its name in `slurm status`')
    .option('--attempt <n>', 'number of the attempt, from 1', wholeNumber(1))
    .addOption(new Option('--follow', 'print further lines until the attempt has ended').conflicts('json'))
    .option('--json', 'print one JSON document')
    .action(async (root: string, cell: string, flags: LogsFlags) => {
      const campaign = await readCampaign(root);
      await show(campaign, await findUnitLog(campaign, cell, flags.attempt), flags, io);
    });
}

async function show({ manifest }: Campaign, log: UnitLog, { follow, json }: LogsFlags, io: CommandIo): Promise<void> {
  const { unit, number, count, path } = log;
  const attempt = log.attempt();
  if (!json)
    io.note(`${unit}: attempt ${number} of ${count}, job ${attempt.job} on ${attempt.host}, ${showPath(path)}`);
  if (follow) return followLog(log, { jobName: jobNameOf(manifest), print: io.printLines, signal: io.signal });
  const part = log.read(attempt.ended !== null);
  if (part === null) throw noLog(log);
  const { job, host, restart, begun, ended, ending } = attempt;
  const about = { unit, attempt: number, attempts: count, job, restart, host, begun, ended, ending };
  if (json) io.printDocument({ ...about, log: showPath(path), lines: part.lines });
  else io.printLines(part.lines);
}

const noLog = ({ unit, number, path, attempt }: UnitLog) =>
  environmentError(
    `Cannot show the log of '${unit}', attempt ${number}: ${quotePath(path)} does not exist, or does not have that start of job ${attempt().job}; work without Slurm has no log, and a shared disk may show a log with delay`,
  );
