import { BalpmError, messageOf, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { RunHeld, takeLock } from '../../ledger/lock/lock.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { Campaign } from '../campaign/campaign.ts';
import { NoAnswer } from '../site/call-slurm.ts';
import type { SlurmProfile } from '../site/profile.ts';
import { callSbatch, noJobId, type SbatchCall, testScript } from './call-sbatch.ts';
import { parseJobId } from './job-id.ts';
import {
  type PlannedChunk,
  planSubmission,
  type SubmissionRequest,
  scriptName,
  withShardJobs,
} from './plan-submission.ts';
import { emptyReceipt, nextNumber, type Receipt, writePlan, writeReceipt } from './submission.ts';

/** A completed submission. */
export interface Submitted {
  readonly number: string;
  /** Ids of the arrays and jobs, in the order of their scripts. */
  readonly jobs: readonly string[];
  readonly units: number;
}

export interface SubmitRequest extends Omit<SubmissionRequest, 'number' | 'campaign'> {
  readonly campaign: Campaign;
  /** Whether sbatch is first asked if it would accept the scripts. */
  readonly isChecked: boolean;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
}

/**
 * Runs `work` with the lock of submissions to the campaign.
 * @throws BalpmError (usage) when another one is under way.
 */
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
 * Writes the scripts and submits them, one after the other; records each job on disk before the next is submitted.
 * @throws BalpmError (environment) with the output of sbatch; scripts that were accepted stay submitted.
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
  // arrays of one submission are alike, so testing the first is enough
  if (isChecked) await testScript(callOf(chunks[0] as PlannedChunk, profile), request.signal);
  for (const [index, chunk] of chunks.entries()) {
    if (request.signal.aborted) throw stopped(campaign, chunks.length - index);
    await handIn(request, { number, index, chunk, receipt });
  }
  const units = chunks.reduce((sum, { tasks }) => sum + tasks.flat().length, 0);
  return { number, jobs: receipt.jobs.map(String), units };
}

const planOf = (number: string, chunks: readonly PlannedChunk[], { accounting, settleSeconds }: SlurmProfile) => ({
  schemaVersion: 1 as const,
  number,
  time: new Date().toISOString(),
  accounting,
  settleSeconds,
  chunks: chunks.map((chunk) => ({
    tasks: chunk.tasks.map((ids) => [...ids]),
    script: scriptName(chunk),
    job: chunk.job,
  })),
});

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
    const printed = await callSbatch({ ...callOf(chunk, profile), argv });
    receipt.printed[index] = printed;
    receipt.jobs[index] = parseJobId(printed);
  } catch (error) {
    receipt.printed[index] = messageOf(error);
    if (!(error instanceof NoAnswer)) receipt.jobs[index] = '';
    throw error;
  } finally {
    writeReceipt(campaign.paths, number, receipt);
  }
  if (receipt.jobs[index] === null) throw noJobId(chunk.path, receipt.printed[index] ?? '', FOUND_BY_COMMENT);
}

const stopped = ({ paths }: Campaign, left: number): BalpmError =>
  new BalpmError(
    'stopped',
    `Cannot submit all of ${quotePath(paths.root)}: it was stopped with ${left} of its scripts to submit; run the same command again to submit the rest`,
  );

const FOUND_BY_COMMENT = 'find the job with `balpm slurm status`, which looks for its comment';

const callOf = ({ path, argv }: PlannedChunk, { environment }: SlurmProfile): SbatchCall => ({
  path,
  argv,
  environment,
});
