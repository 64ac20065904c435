import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../../base/errors.ts';
import { makeDirectory, readText, writeFileAtomic } from '../../base/files/files.ts';
import { readAs } from '../campaign/campaign.ts';
import type { CampaignPaths } from '../campaign/campaign-paths.ts';
import { JobShape } from '../site/profile.ts';

const Chunk = z.strictObject({
  /** Ids of the units of each job, by its index in the array. */
  tasks: z.array(z.array(z.string())),
  script: z.string(),
  /** Resources of each of its jobs. */
  job: JobShape,
});

const Plan = z.strictObject({
  schemaVersion: z.literal(1),
  number: z.string(),
  time: z.string(),
  accounting: z.boolean(),
  settleSeconds: z.int(),
  chunks: z.array(Chunk),
});
export type SubmissionPlan = z.infer<typeof Plan>;

const Receipt = z.strictObject({
  schemaVersion: z.literal(1),
  /** By chunk: the job's id; null if it is unknown whether Slurm accepted it, empty if Slurm rejected it. */
  jobs: z.array(z.string().nullable()),
  /** The commands that submitted them, and their output, by chunk. */
  argv: z.array(z.array(z.string())),
  printed: z.array(z.string()),
});
export type Receipt = z.infer<typeof Receipt>;

/** A submission as stored on disk. */
export interface Submission {
  readonly plan: SubmissionPlan;
  readonly receipt: Receipt;
  readonly directory: string;
}

/** Paths of a submission. */
export function submissionPaths({ submissions }: Pick<CampaignPaths, 'submissions'>, number: string) {
  const directory = join(submissions, number);
  return {
    directory,
    plan: join(directory, 'tasks.json'),
    receipt: join(directory, 'receipt.json'),
    logs: join(directory, 'logs'),
    script: (chunk: number): string => join(directory, `${chunk}.sbatch`),
    work: (chunk: number, task: number): string => join(directory, 'work', `${chunk}-${task}`),
  };
}

/** Text that identifies a job even if its receipt was lost: `balpm:CAMPAIGN:SUBMISSION:CHUNK`. */
export const commentOf = (campaign: string, number: string, chunk: number): string =>
  `balpm:${campaign}:${number}:${chunk}`;

/** Numbers of the submissions, in order. */
export const listSubmissions = ({ submissions }: CampaignPaths): string[] =>
  readdirSync(submissions)
    .filter((name) => /^\d{3,}$/.test(name) && existsSync(join(submissions, name, 'tasks.json')))
    .sort((a, b) => Number(a) - Number(b));

/** The number after the last. */
export function nextNumber({ submissions }: CampaignPaths): string {
  const used = readdirSync(submissions).map((name) => Number(name));
  return String(Math.max(0, ...used.filter(Number.isInteger)) + 1).padStart(3, '0');
}

/** Writes the plan before anything is submitted. */
export function writePlan(paths: CampaignPaths, plan: SubmissionPlan, scripts: readonly string[]): void {
  const at = submissionPaths(paths, plan.number);
  makeDirectory(at.logs);
  scripts.forEach((text, chunk) => writeFileAtomic(at.script(chunk), text, 0o600));
  writeReceipt(paths, plan.number, emptyReceipt(scripts.length));
  writeFileAtomic(at.plan, `${JSON.stringify(plan)}\n`, 0o600);
}

/** A receipt before anything was submitted. */
export const emptyReceipt = (chunks: number): Receipt => ({
  schemaVersion: 1,
  jobs: Array.from({ length: chunks }, () => ''),
  argv: Array.from({ length: chunks }, () => []),
  printed: Array.from({ length: chunks }, () => ''),
});

/** Writes the receipt of the jobs. */
export const writeReceipt = (paths: CampaignPaths, number: string, receipt: Receipt): void =>
  writeFileAtomic(submissionPaths(paths, number).receipt, `${JSON.stringify(receipt, null, 1)}\n`, 0o600);

/** Reads a submission. @throws BalpmError (data) when its files are damaged. */
export async function readSubmission(paths: CampaignPaths, number: string): Promise<Submission> {
  const at = submissionPaths(paths, number);
  const plan = readAs(Plan, await readText(at.plan, 'plan of the submission'), at.plan);
  const receipt = readAs(Receipt, await readText(at.receipt, 'receipt of the submission'), at.receipt);
  return { plan, receipt, directory: at.directory };
}

/**
 * A job of a submission: its resources, and the ids of its units in order.
 * @throws BalpmError (usage) for an unknown job.
 */
export function jobOf({ plan }: Submission, chunk: number, task: number) {
  const { job, tasks } = plan.chunks[chunk] ?? { job: undefined, tasks: [] };
  const ids = tasks[task];
  if (job !== undefined && ids !== undefined) return { shape: job, ids };
  throw usageError(
    `Cannot work on job ${task} of script ${chunk}: submission ${plan.number} does not have that job; restore the script that balpm wrote`,
  );
}
