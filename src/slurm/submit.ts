import { cutText } from '../base/cut-text.ts';
import { type BalpmError, environmentError, messageOf, usageError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { RunHeld, takeLock } from '../ledger/lock.ts';
import { resolvePython } from '../python/interpreter.ts';
import { callSlurm, NoAnswer } from './call-slurm.ts';
import type { Campaign } from './campaign.ts';
import { parseJobId } from './job-id.ts';
import {
  type PlannedChunk,
  planSubmission,
  type SubmissionRequest,
  scriptName,
  withShardJobs,
} from './plan-submission.ts';
import type { SlurmProfile } from './profile.ts';
import { emptyReceipt, nextNumber, type Receipt, writePlan, writeReceipt } from './submission.ts';

/** What was handed in. */
export interface Submitted {
  readonly number: string;
  /** Ids of the arrays and jobs, in the order of their scripts. */
  readonly jobs: readonly string[];
  readonly units: number;
}

export interface SubmitRequest extends Omit<SubmissionRequest, 'number' | 'campaign'> {
  readonly campaign: Campaign;
  /** Whether sbatch is first asked if it would take the scripts. */
  readonly isChecked: boolean;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
}

/** Runs `work` while no other submission of the campaign does. @throws BalpmError (usage) when one is under way. */
export async function whileSubmitting<Result>(
  { paths }: Pick<Campaign, 'paths'>,
  { signal, note }: Pick<SubmitRequest, 'signal' | 'note'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await takeLock(paths.lock, { python: resolvePython(), signal, note }).catch((error: unknown) => {
    throw error instanceof RunHeld ? underWay(paths.root, error) : error;
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

const underWay = (root: string, { message }: RunHeld): BalpmError =>
  usageError(
    `Cannot submit into ${quotePath(root)}: another submission is under way (${message}); wait until it has ended`,
  );

/**
 * Writes the scripts and hands them in, one after the other; what Slurm took is on the disk before the next is handed in.
 * @throws BalpmError (environment) with what sbatch said; scripts that were taken before stay submitted.
 */
export async function submitUnits(request: SubmitRequest): Promise<Submitted> {
  const { campaign, profile, isChecked } = request;
  const number = nextNumber(campaign.paths);
  const chunks = planSubmission({ ...request, number });
  writePlan(
    campaign.paths,
    planOf(number, chunks, profile),
    chunks.map(({ script }) => script),
  );
  const receipt = emptyReceipt(chunks.length);
  if (isChecked) await check(request, chunks[0] as PlannedChunk);
  for (const [index, chunk] of chunks.entries()) await handIn(request, { number, index, chunk, receipt });
  const units = chunks.reduce((sum, { tasks }) => sum + tasks.flat().length, 0);
  return { number, jobs: receipt.jobs.map(String), units };
}

const planOf = (number: string, chunks: readonly PlannedChunk[], { job, accounting, settleSeconds }: SlurmProfile) => ({
  schemaVersion: 1 as const,
  number,
  time: new Date().toISOString(),
  job,
  accounting,
  settleSeconds,
  chunks: chunks.map((chunk) => ({
    tasks: chunk.tasks.map((ids) => [...ids]),
    script: scriptName(chunk),
  })),
});

/** Arrays of one submission are alike, so the first tells of all. */
async function check({ profile, signal }: SubmitRequest, { path, argv }: PlannedChunk): Promise<void> {
  const act = `submit ${quotePath(path)} (--test-only)`;
  await callSlurm('sbatch', ['--test-only', ...argv], { environment: profile.environment, act, signal });
}

interface HandIn {
  readonly number: string;
  readonly index: number;
  readonly chunk: PlannedChunk;
  readonly receipt: Receipt;
}

async function handIn(request: SubmitRequest, { number, index, chunk, receipt }: HandIn): Promise<void> {
  const { campaign, profile } = request;
  const shards = receipt.jobs.filter((job): job is string => job !== null && job !== '');
  const argv = chunk.isMerge ? withShardJobs(chunk.argv, shards) : chunk.argv;
  receipt.jobs[index] = null;
  receipt.argv[index] = ['sbatch', ...argv];
  writeReceipt(campaign.paths, number, receipt);
  try {
    const act = `submit ${quotePath(chunk.path)}`;
    const { stdout } = await callSlurm('sbatch', argv, { environment: profile.environment, act });
    receipt.printed[index] = stdout;
    receipt.jobs[index] = parseJobId(stdout);
  } catch (error) {
    receipt.printed[index] = messageOf(error);
    if (!(error instanceof NoAnswer)) receipt.jobs[index] = '';
    throw error;
  } finally {
    writeReceipt(campaign.paths, number, receipt);
  }
  if (receipt.jobs[index] === null) throw noJobId(chunk, receipt.printed[index]);
}

const noJobId = ({ path }: PlannedChunk, printed: string | undefined): BalpmError =>
  environmentError(
    `Cannot tell which job ${quotePath(path)} became: sbatch printed ${JSON.stringify(cutText(printed ?? '', 300))} and no job id; \`balpm slurm status\` finds the job by its comment`,
  );
