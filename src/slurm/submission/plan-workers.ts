import { join, resolve } from 'node:path';
import { usageError } from '../../base/errors.ts';
import { VERSION } from '../../base/package-info.ts';
import { sha256 } from '../../base/text/canonical-json.ts';
import type { SlurmProfile } from '../site/profile.ts';
import { renderScript } from './render-script.ts';
import { shellWord } from './shell-word.ts';

/** Inputs to the plan of worker jobs. */
export interface WorkersRequest {
  /** Rendezvous directory, absolute. */
  readonly rendezvous: string;
  /** Number of this submission, as `001`. */
  readonly number: string;
  readonly count: number;
  readonly profile: SlurmProfile;
  /** MaxArraySize of the site. */
  readonly arraySize: number;
  /** Command that starts balpm on a node, one element per word. */
  readonly command: readonly string[];
  /** Further options of `balpm worker start`, one element per word. */
  readonly workerOptions: readonly string[];
  readonly workdir: string;
  /** Further words for sbatch. */
  readonly options: readonly string[];
}

/** One array of workers. */
export interface PlannedWorkers {
  readonly directory: string;
  readonly logs: string;
  readonly path: string;
  readonly script: string;
  /** Words after `sbatch`. */
  readonly argv: readonly string[];
}

/** Directory of the submissions of a rendezvous. */
export const workerSubmissions = (rendezvous: string): string => join(rendezvous, 'slurm');

/**
 * The script and the call that submit workers; pure, so that a dry run shows them.
 * @throws BalpmError (usage) for more than an array holds.
 */
export function planWorkers(request: WorkersRequest): PlannedWorkers {
  const { rendezvous, number, count, profile, arraySize, options } = request;
  if (count > arraySize)
    throw usageError(
      `Cannot start ${count} workers: an array of this site holds at most ${arraySize} jobs; give a smaller --count`,
    );
  const directory = join(workerSubmissions(rendezvous), number);
  const logs = join(directory, 'logs');
  const path = join(directory, 'workers.sbatch');
  const script = renderScript({
    title: [
      `balpm ${VERSION}, workers for ${JSON.stringify(rendezvous)}, submission ${number}`,
      'written by `balpm slurm workers`: change the profile, not this file',
    ],
    jobName: 'balpm-workers',
    comment: `balpm:workers:${sha256(resolve(rendezvous)).slice(0, 8)}:${number}`,
    array: { size: count, concurrent: profile.maxConcurrent },
    log: `${logs.replaceAll('%', '%%')}/%A_%a.out`,
    workdir: request.workdir,
    body: [`exec ${words(request).map(shellWord).join(' ')}`],
    profile,
    job: profile.job,
  });
  return { directory, logs, path, script, argv: ['--parsable', '--export=ALL', ...options, path] };
}

const words = ({ command, rendezvous, workerOptions, profile }: WorkersRequest): string[] => [
  ...command,
  'worker',
  'start',
  '--rendezvous',
  rendezvous,
  ...(profile.job.requeue ? ['--requeue'] : []),
  ...workerOptions,
];
