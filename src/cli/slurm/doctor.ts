import type { Command } from 'commander';
import { EXIT_STATUS, messageOf } from '../../base/errors.ts';
import { VERSION } from '../../base/package-info.ts';
import { examineNode } from '../../doctor/examine-node.ts';
import type { Finding } from '../../doctor/finding.ts';
import { examinePrograms } from '../../slurm/doctor/examine-programs.ts';
import { examineSharedDirectory } from '../../slurm/doctor/examine-shared-directory.ts';
import { examineSite } from '../../slurm/doctor/examine-site.ts';
import { readProfile } from '../../slurm/site/read-profile.ts';
import { readSiteSettings } from '../../slurm/site/site-limits.ts';
import type { CommandIo } from '../command.ts';
import { wholeNumber } from '../options/whole-number.ts';
import { withExamples } from '../options/with-examples.ts';
import { printFindings } from '../terminal/print-findings.ts';

interface DoctorFlags {
  readonly profile?: string;
  readonly job: boolean;
  readonly wait: number;
  readonly json?: boolean;
}

/** `balpm slurm doctor` */
export function registerDoctor(parent: Command, io: CommandIo): void {
  withExamples(parent.command('doctor'), [
    'balpm slurm doctor',
    'balpm slurm doctor runs --profile cluster.yaml',
    'balpm slurm doctor --no-job --json',
  ])
    .description('report what this cluster allows, what works less well, and whether its nodes see a directory')
    .argument('[dir]', 'directory for campaigns', 'runs')
    .option('--profile <file>', 'profile of this cluster (default: as for submit)')
    .option('--no-job', 'do not submit a test job')
    .option('--wait <seconds>', 'seconds that the test job may wait for a node', wholeNumber(1, 86_400), 120)
    .option('--json', 'print one JSON document')
    .action(async (directory: string, flags: DoctorFlags) => {
      const findings = await examine(directory, flags, io.signal);
      if (flags.json) io.printDocument({ balpm: VERSION, findings });
      else printFindings(findings, io);
      if (findings.some(({ state }) => state === 'missing')) io.exitWith(EXIT_STATUS.environment);
    });
}

async function examine(
  directory: string,
  { profile, job, wait }: DoctorFlags,
  signal: AbortSignal,
): Promise<Finding[]> {
  const loaded = await readProfile(profile);
  return [
    examineNode(process.versions.node),
    {
      what: 'profile',
      state: 'fine',
      found: loaded.path ?? 'none: the defaults',
      advice: '',
    },
    ...(await examinePrograms(signal)),
    ...(await siteFindings(signal)),
    ...(await examineSharedDirectory({
      directory,
      profile: job ? loaded.profile : null,
      waitSeconds: wait,
      signal,
    })),
  ];
}

async function siteFindings(signal: AbortSignal): Promise<Finding[]> {
  try {
    return examineSite(await readSiteSettings(signal));
  } catch (error) {
    return [
      {
        what: 'controller',
        state: 'missing',
        found: messageOf(error),
        advice: 'check the controller with scontrol ping',
      },
    ];
  }
}
