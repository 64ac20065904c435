import { usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { type JobShape, type SlurmProfile, warnSecondsOf } from '../site/profile.ts';
import { isOneLine } from './plain-word.ts';
import { shellWord } from './shell-word.ts';

/** Contents of a batch script. */
export interface ScriptRequest {
  /** Lines of the comment at its top. */
  readonly title: readonly string[];
  readonly jobName: string;
  /** Visible to every user of the cluster, like the name: no secret. */
  readonly comment: string;
  /** An array of `size` elements from 0, with a limit on those that run at a time; null for one job. */
  readonly array: { readonly size: number; readonly concurrent: number | null } | null;
  /** Absolute path of the log, in Slurm's own notation (%A, %a, %j). */
  readonly log: string;
  readonly workdir: string;
  /** Shell lines that start the work, after everything else; the last one replaces the shell. */
  readonly body: readonly string[];
  readonly profile: SlurmProfile;
  readonly job: JobShape;
}

/**
 * The complete text of a batch script, so that `sbatch FILE` by hand does the same as balpm.
 * @throws BalpmError (usage) for a value that does not fit on one line, and a log path that Slurm cannot write.
 */
export function renderScript(request: ScriptRequest): string {
  const { title, workdir, body, profile, job, log } = request;
  if (log.includes('\\'))
    throw usageError(
      `Cannot write a batch script that logs to ${quotePath(log)}: Slurm does not support a backslash in a path; give another directory`,
    );
  const lines = [
    '#!/bin/bash',
    ...title.map((line) => `# ${line}`),
    ...directives(request).map(directive),
    ...BEGINNING,
    `export OMP_NUM_THREADS="\${SLURM_CPUS_PER_TASK:-${job.cpus}}" SRUN_CPUS_PER_TASK="\${SLURM_CPUS_PER_TASK:-${job.cpus}}"`,
    ...(profile.scratch === null ? [] : [`export TMPDIR=${doubleQuoted(profile.scratch)}`]),
    `cd ${shellWord(workdir)}`,
    ...profile.setup,
    HEADER_LINE,
    ...body,
  ];
  const odd = lines.find((line) => !isOneLine(line));
  if (odd !== undefined)
    throw usageError(
      `Cannot write a batch script with ${JSON.stringify(odd)}: it has control characters or several lines; give a value of one line`,
    );
  return `${lines.join('\n')}\n`;
}

/** No `set -u`: the scripts of modules and conda fail under it. A warning before Node listens is left to TERM. */
const BEGINNING = [
  'set -eo pipefail',
  'umask 077',
  "trap '' USR2",
  'export LC_ALL=C.UTF-8 HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 TOKENIZERS_PARALLELISM=false PYTHONUNBUFFERED=1',
];

/** Begins every attempt in a log: `balpm slurm logs` searches for it. */
const HEADER_LINE = `printf 'balpm: %s job=%s restart=%s node=%s gpus=%s\\n' "$(date -u +%FT%TZ)" "\${SLURM_ARRAY_JOB_ID:-\${SLURM_JOB_ID:-none}}\${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}" "\${SLURM_RESTART_COUNT:-0}" "\${SLURMD_NODENAME:-$(hostname)}" "\${CUDA_VISIBLE_DEVICES:-none}"`;

/** Name and value of an option of sbatch; true for one without a value. */
type Option = readonly [name: string, value: string | true];

function directives({ jobName, comment, array, log, profile, job }: ScriptRequest): Option[] {
  return [
    ['job-name', jobName],
    ['comment', comment],
    ...arrayOption(array),
    ...siteOptions(profile),
    ['nodes', '1'],
    ['ntasks', '1'],
    ['cpus-per-task', String(job.cpus)],
    ['mem', `${Math.ceil(job.memGb * 1024)}M`],
    ...gpuOption(profile, job),
    ['time', timeOf(job.minutes)],
    ['signal', `B:USR2@${warnSecondsOf(job)}`],
    [job.requeue ? 'requeue' : 'no-requeue', true],
    ['open-mode', 'append'],
    ['output', log],
    ...Object.entries(profile.extra),
  ];
}

function arrayOption(array: ScriptRequest['array']): Option[] {
  if (array === null) return [];
  const range = array.size === 1 ? '0' : `0-${array.size - 1}`;
  return [['array', array.concurrent === null ? range : `${range}%${array.concurrent}`]];
}

function siteOptions({ partition, account, qos, constraint, reservation }: SlurmProfile): Option[] {
  const named = Object.entries({ partition, account, qos, constraint, reservation });
  return named.flatMap(([name, value]): Option[] => (value === null ? [] : [[name, value]]));
}

function gpuOption({ gpuFlag, gpuType }: SlurmProfile, { gpus }: JobShape): Option[] {
  const type = gpuType === null ? '' : `${gpuType}:`;
  if (gpus === 0 || gpuFlag === 'none') return [];
  return gpuFlag === 'gres' ? [['gres', `gpu:${type}${gpus}`]] : [['gpus-per-node', `${type}${gpus}`]];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `days-hours:minutes:seconds`, as Slurm reads it. */
function timeOf(minutes: number): string {
  const days = Math.floor(minutes / 1440);
  return `${days > 0 ? `${days}-` : ''}${two(Math.floor((minutes % 1440) / 60))}:${two(minutes % 60)}:00`;
}

/** sbatch removes quotes from its lines as a shell does. */
const directive = ([name, value]: Option): string =>
  value === true
    ? `#SBATCH --${name}`
    : `#SBATCH --${name}=${/[\s"'\\#]/.test(value) ? `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"` : value}`;

/** Quotes text in which the shell still expands variables. */
const doubleQuoted = (text: string): string => `"${text.replaceAll(/["\\`]/g, String.raw`\$&`)}"`;
