import { isLocalDisk } from '../../ledger/lock/is-local-disk.ts';
import { assertInPlace, type Campaign, type NewCampaign } from '../../slurm/campaign/campaign.ts';
import { clearCancelled } from '../../slurm/campaign/cancel-marks.ts';
import { chooseUnits, type Selection } from '../../slurm/campaign/choose-units.ts';
import type { CampaignEstimate } from '../../slurm/campaign/estimate-campaign.ts';
import { type Survey, surveyCampaign } from '../../slurm/campaign/survey.ts';
import type { SlurmProfile } from '../../slurm/site/profile.ts';
import { arrayLimit, readSiteSettings, USUAL_ARRAY_LIMIT } from '../../slurm/site/site-limits.ts';
import { checkParent } from '../../slurm/submission/check-parent.ts';
import { plannedCampaign } from '../../slurm/submission/freeze-cells.ts';
import { jobsAtShards } from '../../slurm/submission/jobs-at-shards.ts';
import {
  type PlannedChunk,
  planSubmission,
  type SubmissionRequest,
  withShardJobs,
} from '../../slurm/submission/plan-submission.ts';
import { shellWord } from '../../slurm/submission/shell-word.ts';
import { startCommand } from '../../slurm/submission/start-command.ts';
import { nextNumber } from '../../slurm/submission/submission.ts';
import { type Submitted, submitUnits, whileSubmitting } from '../../slurm/submission/submit.ts';
import type { CommandIo } from '../command.ts';
import { showPath } from '../terminal/show-path.ts';
import { printEstimate } from './print-estimate.ts';
import { showStatus } from './show-status.ts';

/** Options of `balpm slurm submit` that say how jobs are handed in, whatever they do. */
export interface SubmitFlags {
  readonly profile?: string;
  readonly job: readonly string[];
  readonly only: Selection;
  readonly afterok?: string;
  readonly dryRun?: boolean;
  readonly check: boolean;
  /** Whether the command watches until nothing is left to come. */
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Inputs to a submission. */
export interface HandIn {
  readonly campaign: Campaign;
  readonly profile: SlurmProfile;
  /** File of the profile; null for the defaults. */
  readonly profilePath: string | null;
  /** Further words for sbatch. */
  readonly options: readonly string[];
  readonly flags: Pick<SubmitFlags, 'only' | 'afterok' | 'check' | 'wait' | 'json'>;
}

/** Submits what is missing from a campaign; skips units that are done or have a job. */
export async function handIn(asked: HandIn, io: CommandIo): Promise<void> {
  const { campaign, profile, options, flags } = asked;
  const { signal, note } = io;
  assertInPlace(campaign);
  const submitted = await whileSubmitting(campaign, { signal, note }, async () => {
    const survey = await surveyCampaign(campaign, signal);
    const units = chooseUnits(survey, flags.only).map(({ unit }) => unit);
    if (units.length === 0) return sayNothing(campaign, survey, io);
    if (flags.check && flags.afterok !== undefined) await checkParent(flags.afterok, profile, signal);
    warnOfLocalDisk(campaign, io);
    clearCancelled(
      campaign.paths,
      units.map(({ id }) => id),
    );
    return submitUnits({
      campaign,
      units,
      profile,
      options,
      earlier: jobsAtShards(survey),
      arraySize: profile.maxArraySize ?? arrayLimit(await readSiteSettings(signal)),
      command: startCommand(profile),
      afterok: flags.afterok ?? null,
      isChecked: flags.check,
      signal,
      note,
    });
  });
  conclude(asked, submitted, io);
  if (flags.wait) await showStatus(campaign, { watch: true, json: flags.json ?? false }, io);
}

function warnOfLocalDisk({ paths }: Campaign, { note }: CommandIo): void {
  if (!isLocalDisk(paths.slurm)) return;
  const root = showPath(paths.root);
  note(
    `note: ${root} is on a local disk of this machine, but nodes must see it: test that with balpm slurm doctor ${shellWord(root)}`,
  );
}

/** Why no unit is submitted. */
function sayNothing({ paths }: Campaign, { units }: Survey, { note }: CommandIo): null {
  const root = shellWord(showPath(paths.root));
  const isOver = units.every(({ state }) => state === 'done');
  note(
    isOver
      ? `nothing to submit: all is done; next: balpm slurm collect ${root}`
      : `nothing to submit: every other unit has a job or failed (--only failed); see balpm slurm status ${root}`,
  );
  return null;
}

function conclude({ campaign, flags }: HandIn, submitted: Submitted | null, io: CommandIo): void {
  const root = showPath(campaign.paths.root);
  if (submitted !== null) {
    const { number, units, jobs } = submitted;
    io.note(
      `submission ${number}: ${counted(units, 'unit')} as ${jobs.length === 1 ? 'job' : 'jobs'} ${jobs.join(', ')}`,
    );
    const all = campaign.units.length;
    if (units < all) io.note(`the campaign has ${all} units; see balpm slurm status ${shellWord(root)}`);
  }
  if (flags.wait) return;
  if (flags.json)
    io.printDocument({
      campaign: root,
      id: campaign.manifest.id,
      ...(submitted ?? { number: null, jobs: [], units: 0 }),
    });
  else io.print(root);
}

/** Inputs to a dry run, for an existing campaign or one that would be created at `root`. */
export interface DryRun extends Omit<HandIn, 'campaign'> {
  readonly root: string;
  readonly found: Campaign | null;
  readonly fresh: NewCampaign | null;
  /** Estimated cost; null if it was not requested, or is reported elsewhere. */
  readonly estimate: CampaignEstimate | null;
}

/** Prints every script and every call of sbatch; writes nothing and does not need Slurm. */
export async function showScripts({ found, fresh, root, estimate, ...asked }: DryRun, io: CommandIo): Promise<void> {
  const { profile, options, flags } = asked;
  const left =
    found === null ? { units: (fresh as NewCampaign).units, earlier: [] } : await unitsLeft(found, flags, io);
  const chunks = planSubmission({
    campaign: found ?? plannedCampaign(root, fresh as NewCampaign),
    number: found === null ? '001' : nextNumber(found.paths),
    ...left,
    profile,
    options,
    arraySize: profile.maxArraySize ?? USUAL_ARRAY_LIMIT,
    command: startCommand(profile),
    afterok: flags.afterok ?? null,
  });
  const scripts = chunks.map((chunk) => describe(chunk, chunks));
  if (flags.json) return io.printDocument({ campaign: showPath(root), scripts, estimate });
  chunks.forEach((chunk) => print(chunk, chunks, io));
  if (estimate !== null) printEstimate(estimate, io);
}

type Left = Pick<SubmissionRequest, 'units' | 'earlier'>;

async function unitsLeft(campaign: Campaign, { only }: HandIn['flags'], io: CommandIo): Promise<Left> {
  const survey = await surveyCampaign(campaign, io.signal);
  const earlier = jobsAtShards(survey);
  if (survey.queueProblem === null) return { units: chooseUnits(survey, only).map(({ unit }) => unit), earlier };
  io.note(`note: the queue is unavailable, so all units that are not done are shown: ${survey.queueProblem}`);
  return { units: survey.units.filter(({ state }) => state !== 'done').map(({ unit }) => unit), earlier };
}

/** Ids that exist only after a submission are printed as `JOB_0`, with the number of their script. */
function argvOf(chunk: PlannedChunk, chunks: readonly PlannedChunk[]): string[] {
  if (!chunk.isMerge) return ['sbatch', ...chunk.argv];
  const shards = chunks.flatMap(({ isMerge }, index) => (isMerge ? [] : [`JOB_${index}`]));
  return ['sbatch', ...withShardJobs(chunk.argv, shards)];
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const describe = (chunk: PlannedChunk, chunks: readonly PlannedChunk[]) => ({
  path: chunk.path,
  argv: argvOf(chunk, chunks),
  tasks: chunk.tasks,
  script: chunk.script,
});

function print(chunk: PlannedChunk, chunks: readonly PlannedChunk[], io: CommandIo): void {
  const units = chunk.tasks.flat();
  const first = `${units[0]}${units.length > 1 ? ` … ${units.at(-1)}` : ''}`;
  io.print(
    `# ${showPath(chunk.path)}: ${counted(units.length, 'unit')} in ${counted(chunk.tasks.length, 'job')} (${first})`,
  );
  io.print(`# ${argvOf(chunk, chunks).map(shellWord).join(' ')}`);
  io.printText(chunk.script);
}
