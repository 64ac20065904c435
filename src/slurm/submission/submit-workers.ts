import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '../../base/errors.ts';
import { makeDirectory, writeFileAtomic } from '../../base/files/files.ts';
import { prepareRendezvous } from '../../worker/links/rendezvous/prepare-rendezvous.ts';
import { callSbatch, noJobId, testScript } from './call-sbatch.ts';
import { parseJobId } from './job-id.ts';
import { planWorkers, type WorkersRequest, workerSubmissions } from './plan-workers.ts';

/** Options for submitting workers. */
export interface SubmitWorkersRequest extends Omit<WorkersRequest, 'number'> {
  /** Whether sbatch is first asked if it would accept the script. */
  readonly isChecked: boolean;
  readonly signal: AbortSignal;
}

/** An array of workers that Slurm accepted. */
export interface SubmittedWorkers {
  readonly job: string;
  readonly script: string;
  readonly logs: string;
}

/**
 * Prepares the rendezvous directory and submits its workers; script, receipt and logs are in its folder `slurm/`.
 * @throws BalpmError (environment) for a directory that other users may enter, and with the output of sbatch.
 */
export async function submitWorkers(request: SubmitWorkersRequest): Promise<SubmittedWorkers> {
  const { rendezvous, profile, isChecked, signal } = request;
  prepareRendezvous(rendezvous);
  const plan = planWorkers({ ...request, number: takeNumber(workerSubmissions(rendezvous)) });
  makeDirectory(plan.logs);
  writeFileAtomic(plan.path, plan.script, 0o600);
  const call = { path: plan.path, argv: plan.argv, environment: profile.environment };
  if (isChecked) await testScript(call, signal);
  const printed = await callSbatch(call);
  const job = parseJobId(printed);
  const receipt = { schemaVersion: 1, job, argv: ['sbatch', ...plan.argv], printed };
  writeFileAtomic(join(plan.directory, 'receipt.json'), `${JSON.stringify(receipt, null, 1)}\n`, 0o600);
  if (job !== null) return { job, script: plan.path, logs: plan.logs };
  throw noJobId(plan.path, printed, 'look for it with squeue -n balpm-workers');
}

/** The number of the next submission. */
export function nextWorkerSubmission(submissions: string): string {
  const used = existsSync(submissions) ? readdirSync(submissions).map(Number).filter(Number.isInteger) : [];
  return String(Math.max(0, ...used) + 1).padStart(3, '0');
}

/** Creates the directory of a new submission; two at the same time get different directories. */
function takeNumber(submissions: string): string {
  makeDirectory(submissions);
  for (;;) {
    const number = nextWorkerSubmission(submissions);
    try {
      mkdirSync(join(submissions, number), { mode: 0o700 });
      return number;
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
    }
  }
}
