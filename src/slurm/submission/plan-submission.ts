import { basename } from 'node:path';
import { VERSION } from '../../base/package-info.ts';
import { type Campaign, jobNameOf } from '../campaign/campaign.ts';
import type { Unit } from '../campaign/unit.ts';
import { JobShape, type SlurmProfile } from '../site/profile.ts';
import { type Chunks, chunkUnits, shareConcurrent } from './chunks.ts';
import { renderScript } from './render-script.ts';
import { shellWord } from './shell-word.ts';
import { commentOf, submissionPaths } from './submission.ts';

/** Inputs to the plan of a submission. */
export interface SubmissionRequest {
  readonly campaign: Pick<Campaign, 'paths' | 'manifest'>;
  readonly number: string;
  readonly units: readonly Unit[];
  readonly profile: SlurmProfile;
  /** Jobs per array: MaxArraySize of the site, or of the profile. */
  readonly arraySize: number;
  /** Command that starts balpm on a node, one element per word. */
  readonly command: readonly string[];
  /** A job that must have succeeded before any of these begins. */
  readonly afterok: string | null;
  /** Further words for sbatch. */
  readonly options: readonly string[];
  /** Jobs of earlier submissions that still work on shards: a merge waits for them too. */
  readonly earlier: readonly string[];
}

/** One call of sbatch. */
export interface PlannedChunk {
  readonly tasks: readonly (readonly string[])[];
  readonly path: string;
  readonly script: string;
  /** Resources of each of its jobs. */
  readonly job: JobShape;
  /** Words after `sbatch`; `afterany:` of a merge does not have the ids of its shards' jobs yet. */
  readonly argv: readonly string[];
  readonly isMerge: boolean;
}

/** The scripts and calls that submit these units; pure, so that a dry run shows what a submission does. */
export function planSubmission(request: SubmissionRequest): PlannedChunk[] {
  const { profile, units, arraySize } = request;
  const ids = units.filter(({ kind }) => kind !== 'merge').map(({ id }) => id);
  const { tasksPerJob } = profile.job;
  const chunks = chunkUnits(ids, { tasksPerJob, arraySize, jobs: profile.maxQueued });
  const shares = shareConcurrent(profile.maxConcurrent, chunks);
  const arrays = chunks.map((tasks, chunk) => planArray(request, { tasks, chunk, concurrent: shares[chunk] ?? null }));
  const merge = units.find(({ kind }) => kind === 'merge');
  return merge === undefined ? arrays : [...arrays, planMerge(request, merge, arrays.length)];
}

interface ArrayPlan {
  readonly tasks: Chunks[number];
  readonly chunk: number;
  readonly concurrent: number | null;
}

function planArray(request: SubmissionRequest, { tasks, chunk, concurrent }: ArrayPlan): PlannedChunk {
  const array = { size: tasks.length, concurrent };
  const { job } = request.profile;
  const { path, script } = write(request, { chunk, array, job });
  return { tasks, path, script, job, argv: argvOf(request, path), isMerge: false };
}

function planMerge(request: SubmissionRequest, merge: Unit, chunk: number): PlannedChunk {
  const job = JobShape.parse({ ...request.profile.job, gpus: 0, tasksPerJob: 1, ...request.profile.merge });
  const { path, script } = write(request, { chunk, array: null, job });
  return {
    tasks: [[merge.id]],
    path,
    script,
    job,
    argv: withShardJobs(argvOf(request, path), request.earlier),
    isMerge: true,
  };
}

interface ScriptPlan {
  readonly chunk: number;
  readonly array: { readonly size: number; readonly concurrent: number | null } | null;
  readonly job: JobShape;
}

function write({ campaign, number, profile, command }: SubmissionRequest, { chunk, array, job }: ScriptPlan) {
  const { manifest, paths } = campaign;
  const at = submissionPaths(paths, number);
  const task = array === null ? '0' : '"$SLURM_ARRAY_TASK_ID"';
  const words = [...command, 'slurm', 'task', paths.root, '--submission', number, '--chunk', String(chunk)];
  const script = renderScript({
    title: [
      `balpm ${VERSION}, campaign ${manifest.id} (${manifest.name}), submission ${number}, script ${chunk}`,
      'written by `balpm slurm submit`: change the configuration or the profile, not this file',
    ],
    jobName: jobNameOf(manifest),
    comment: commentOf(manifest.id, number, chunk),
    array,
    log: `${at.logs.replaceAll('%', '%%')}/${array === null ? '%j' : '%A_%a'}.out`,
    workdir: manifest.workdir,
    body: [`exec ${words.map(shellWord).join(' ')} --task ${task}`],
    profile,
    job,
  });
  return { path: at.script(chunk), script };
}

const argvOf = ({ afterok, options }: SubmissionRequest, path: string): string[] => [
  '--parsable',
  '--export=ALL',
  ...(afterok === null ? [] : [`--dependency=afterok:${afterok}`, '--kill-on-invalid-dep=yes']),
  ...options,
  path,
];

const AFTERANY = '--dependency=afterany:';

/** Adds the ids of these jobs to the words for a merge, which begins when all of them have ended in any way. */
export function withShardJobs(argv: readonly string[], jobs: readonly string[]): string[] {
  const known = argv.flatMap((word) => (word.startsWith(AFTERANY) ? word.slice(AFTERANY.length).split(':') : []));
  const all = [...new Set([...known, ...jobs])];
  if (all.length === 0) return [...argv];
  const others = argv.filter((word) => !word.startsWith('--dependency=') && !word.startsWith('--kill-on-'));
  return [...others.slice(0, 2), `${AFTERANY}${all.join(':')}`, '--kill-on-invalid-dep=yes', ...others.slice(2)];
}

/** The readable name of a script. */
export const scriptName = ({ path }: Pick<PlannedChunk, 'path'>): string => basename(path);
